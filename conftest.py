"""What every test stands on: this clone's own PostgreSQL and Redis, and the shared fixtures."""

import pytest
from django.urls import get_resolver

from itsyourmove import local

local.ensure()

pytest_plugins = [
    "tests.plugins.browser",
    "tests.plugins.cast",
    "tests.plugins.database",
    "tests.plugins.post",
]


@pytest.fixture(scope="session", autouse=True)
def addresses() -> None:
    """Read the addresses before any test sets DEMO: a process reads them once, and would keep the mailbox's."""
    assert get_resolver().url_patterns
