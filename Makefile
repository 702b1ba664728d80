# The commands a person types. Paths are relative: make cannot name a folder with a space in it.
# A virtual environment of our own is made on first use; nothing needs activating.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/sh
export PORT
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV DJANGO_SETTINGS_MODULE
# Where it is set, every process compiles Django and ours anew: some six seconds each, and tests start many.
unexport PYTHONDONTWRITEBYTECODE

# What tests and checks need to read Django's settings; `make run` sets DEMO itself.
test quick soak audit check bench: export TESTING := 1

python := .venv/bin/python
fits := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

# $(call set_up,STEPS): any Python in range will do to begin with.
set_up = @for python in $(python) $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	if "$$python" -c '$(fits)' 2>/dev/null; then exec "$$python" -I devtools/bootstrap.py $(1); fi; done; \
	echo "Python 3.11, 3.12 or 3.13 is needed (with its venv module: python3-venv on Debian and Ubuntu); install one, \
	or name it: make PYTHON=/path/to/python3.12" >&2; exit 1

.PHONY: help
help:  ## show this list
	@echo "It's Your Move. Start with 'make run'; nothing but Python 3.11 to 3.13 and make needs to be there."
	@echo
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r command does; do \
		printf '%-18s %s\n' "$$command" "$$does"; done

.PHONY: run
run: set-up  ## set up and start everything, with made-up people (PORT=8123 moves it; Ctrl-C stops it)
	@exec $(python) -m devtools.local_services.run

.PHONY: stop
stop:  ## stop everything of this clone that runs, from any terminal
	@if [ -x $(python) ]; then exec $(python) -m devtools.local_services.run stop; else echo "Nothing runs: not set up yet."; fi

.PHONY: reset
reset: packages  ## delete this clone's data, after asking
	@exec $(python) -m devtools.local_services.run reset

.PHONY: quick
quick: set-up  ## run the tests that need no browser and no processes: after every change
	@$(python) -m pytest -n 2 --quick $(ARGS)

.PHONY: test
test: set-up  ## run every test that needs Python and npm packages only (about 17 minutes on two cores)
	@$(python) -m pytest -n 2 $(ARGS)

.PHONY: soak
soak: set-up  ## run the long tests, with the figures the issues name (under an hour)
	@$(python) -m pytest -m soak $(ARGS) || { status=$$?; [ $$status -eq 5 ] && echo "No long test yet." || exit $$status; }

.PHONY: audit
audit: set-up  ## known holes, deployment checks, HTML of all pages, and the tests on Debian's PostgreSQL 15 where it is installed
	@$(python) -m devtools.audit

.PHONY: check
check: set-up  ## format, lint, layers, types, migrations: everything that needs no test to run
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m djlint --lint --quiet templates
	@$(python) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo
	@$(python) -m devtools.draw_packages --check
	$(python) -m mypy .
	$(python) manage.py makemigrations --check --dry-run
	$(python) manage.py check --fail-level WARNING

.PHONY: fix
fix: packages  ## put format and imports right, and what else ruff can
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

.PHONY: bench
bench: set-up  ## measure: make bench NAME=web (see python -m bench)
	@$(python) -m bench $(or $(NAME),all) $(ARGS)

.PHONY: lock
lock: packages  ## pin the packages of requirements*.in with their hashes (ARGS=--upgrade: the newest)
	@$(python) -m devtools.lock_requirements $(ARGS)

.PHONY: set-up
set-up:  ## install and build everything, start nothing
	$(call set_up,front-end)

.PHONY: packages
packages:
	$(call set_up)
