"""Sets TESTING before anything reads Django's settings: a plugin of pytest (pytest.ini) and of mypy (pyproject.toml)."""

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mypy.plugin import Plugin

os.environ.setdefault("TESTING", "1")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    from django.core.exceptions import ImproperlyConfigured

    from itsyourmove import environment

    try:
        environment.place()
    except ImproperlyConfigured as refusal:
        raise pytest.UsageError(str(refusal)) from None


def plugin(version: str) -> "type[Plugin]":
    """What mypy asks a plugin for; this one changes no type."""
    from mypy.plugin import Plugin

    sys.path.append(os.getcwd())  # as mypy_django_plugin does, for mypy without "python -m"  # noqa: PTH109
    from itsyourmove import environment

    environment.read_settings()
    return Plugin
