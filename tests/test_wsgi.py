"""Only a request that cannot even be read is answered before Django; a fault of ours is never taken for one."""

import logging

import pytest
from django.test import RequestFactory

from itsyourmove import wsgi

STARTED: list[str] = []


def start(status: str, headers: object) -> None:
    STARTED.append(status)


@pytest.fixture(autouse=True)
def none_started():
    STARTED.clear()


@pytest.mark.parametrize("fault", [LookupError, UnicodeError])
def test_a_fault_after_the_answer_has_begun_is_not_answered_twice(monkeypatch, fault):
    def faulty(environ: dict, start_response) -> list[bytes]:
        start_response("200 OK", [])
        raise fault

    monkeypatch.setattr(wsgi, "django_application", faulty)
    with pytest.raises(fault):
        wsgi.application({}, start)
    assert STARTED == ["200 OK"]


@pytest.mark.django_db  # Django looks at the connection before any page
def test_a_request_that_cannot_be_read_is_refused_once_and_logged(caplog):
    environ = RequestFactory()._base_environ(QUERY_STRING="a", CONTENT_TYPE="text/plain; charset=hex")
    with caplog.at_level(logging.WARNING):
        wsgi.application(environ, start)
    assert STARTED == ["400 Bad Request"]
    (record,) = [each for each in caplog.records if each.name == "itsyourmove.wsgi"]
    assert record.fault == "LookupError"
