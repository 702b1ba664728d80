"""What every test stands on: this clone's own PostgreSQL and Redis, and the shared fixtures."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import get_resolver

from devtools.local_services import manager as local_services

local_services.ensure()

pytest_plugins = [
    "tests.plugins.browser",
    "tests.plugins.cast",
    "tests.plugins.database",
    "tests.plugins.kinds",
    "tests.plugins.quick",
    "tests.plugins.post",
]


@pytest.fixture(scope="session", autouse=True)
def addresses() -> None:
    """Read the addresses before any test sets DEMO: a process reads them once, and would keep the mailbox's."""
    assert get_resolver().url_patterns


@pytest.fixture(scope="session", autouse=True)
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each client of a test reads this folder whole; another test that runs may be collecting into this clone's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "STATIC_ROOT", tmp_path_factory.mktemp("static"))
        yield


@pytest.fixture(scope="session", autouse=True)
def safety_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests write of safety facts stays out of this clone's own log."""
    with pytest.MonkeyPatch.context() as patch:
        log = tmp_path_factory.mktemp("safety") / "log.jsonl"
        log.touch()
        patch.setattr(settings, "SAFETY_LOG", log)
        yield
