#!/usr/bin/env python
"""Django's command line, with this clone's own PostgreSQL and Redis running behind it."""

import os
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError

from itsyourmove import clone
from itsyourmove.environment import PLACES, SECRETS, read_settings

HAS_DEVTOOLS = (Path(__file__).parent / "devtools").is_dir()  # production is installed without
if HAS_DEVTOOLS:
    from devtools import bootstrap
    from devtools.local_services import manager as local_services

# Commands that read or write no row: they must not start servers.
NEED_NO_DATABASE = {"help", "version", "--help", "--version", "collectstatic", "diffsettings", "startapp"}
# `make run` calls these on this clone's own database, in which everybody is then marked as made up.
BEFORE_ALL_ARE_MADE_UP = {"migrate", "mark_made_up"}
# They do what gunicorn and Celery do, and run nowhere else than those.
SERVERS = {"drain_outbox", "runserver", "watch"}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    choose_place()
    read_settings()
    if command not in NEED_NO_DATABASE:
        if HAS_DEVTOOLS:
            start_local_services()
        if command not in BEFORE_ALL_ARE_MADE_UP or "DATABASE_URL" in os.environ:
            refuse_real_people()
        if command in SERVERS:
            refuse_server()
    execute_from_command_line(sys.argv)


def start_local_services() -> None:
    """Those that the environment does not name."""
    try:
        local_services.ensure()
    except clone.LocalServicesError as error:
        sys.exit(str(error))


def choose_place() -> None:
    """Nobody has to name the place in a clone that `make` set up, as long as it uses its own servers."""
    named = any(name in os.environ for name in (*PLACES, *clone.VARIABLES.values()))
    if HAS_DEVTOOLS and not named and bootstrap.PACKAGES_STAMP.exists():
        has_keys = all((clone.HERE.state / name.lower()).exists() for name in SECRETS)
        os.environ["DEMO" if has_keys else "TESTING"] = "1"


def refuse_real_people() -> None:
    django.setup()
    from itsyourmove import startup_checks  # models need the settings

    try:
        startup_checks.refuse_real_people()
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
    except (OperationalError, InterfaceError):
        sys.exit(startup_checks.NO_ANSWER)


def refuse_server() -> None:
    django.setup()
    from itsyourmove import startup_checks  # models need the settings

    try:
        startup_checks.check_server()
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
