"""Sets TESTING before anything reads Django's settings: a plugin of pytest (pytest.ini) and of mypy (pyproject.toml)."""

import gc
import os
import sys
from collections.abc import Iterator
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
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """What is imported and collected stays: looking through it for garbage took a third of the time."""
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def plugin(version: str) -> "type[Plugin]":
    """What mypy asks a plugin for; this one changes no type."""
    from mypy.plugin import Plugin

    sys.path.append(os.getcwd())  # as mypy_django_plugin does, for mypy without "python -m"  # noqa: PTH109
    from itsyourmove import environment

    environment.read_settings()
    return Plugin
