"""Production is installed without this folder."""

import os
import secrets
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from itsyourmove import clone
from itsyourmove.environment import SECRETS, url_of_database

pytestmark = pytest.mark.processes

LEFT_OUT = (".git", ".local", ".venv", "node_modules", "devtools", "tests", "bench", "__pycache__")


@pytest.mark.django_db
def test_production_needs_nothing_of_devtools(tmp_path):
    """`manage.py check` with PRODUCTION in a copy of the tree that has no devtools."""
    tree = tmp_path / "installed"
    shutil.copytree(settings.BASE_DIR, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
    environment = {name: secrets.token_urlsafe(48) for name in (*SECRETS, "STATUS_TOKEN")} | {
        "HOME": os.environ["HOME"],
        "PATH": os.environ["PATH"],
        "PRODUCTION": "1",
        "DATABASE_URL": url_of_database(connection.settings_dict),
        "REDIS_URL": clone.urls()[1],
        "STATIC_ROOT": str(tmp_path / "static"),
        "SITE_ORIGIN": "https://move.example",
    }
    asked = (
        "import django; django.setup(); from django.apps import apps; print(apps.is_installed('devtools'))"
    )
    run = {"cwd": tree, "env": environment, "capture_output": True, "text": True, "check": False}
    checked = subprocess.run([sys.executable, "manage.py", "check"], **run)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout
    told = subprocess.run(
        [sys.executable, "-c", asked],
        **run | {"env": environment | {"DJANGO_SETTINGS_MODULE": "itsyourmove.settings"}},
    )
    assert told.stdout.strip() == "False", told.stderr


def test_tests_and_demonstrations_have_it():
    assert settings.TESTING
    assert "devtools" in settings.INSTALLED_APPS
