"""Log lines of the real processes say which task or which page it was, and nothing that was typed or a link's token."""

import http.client
import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve

from itsyourmove import logs
from itsyourmove.middleware import RouteMiddleware
from messaging.outbox import wakeup
from tests.smtp_sink import wait_until

AWAY = "postgresql://nobody@127.0.0.1:9/test_away"


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_worker_says_which_task_failed(worker):
    worker.start(beat=False, DATABASE_URL=AWAY)
    wakeup.ring(urgent=False)
    wait_until(lambda: "OperationalError" in worker.log(), what="the task to fail")
    [failed] = [line for line in lines(worker.log()) if line["logger"] == "celery.app.trace"]
    assert failed["task"] == "messaging.tasks.drain"
    assert failed["event"].startswith("Task messaging.tasks.drain[")
    assert "] raised unexpected: ..." in failed["event"]
    assert "%(" not in worker.log()


@pytest.mark.django_db(transaction=True)
def test_a_line_written_in_the_middle_of_a_task_names_it(worker, smtp_sink):
    from messaging.tests.delivery.test_side_by_side import queue_codes

    smtp_sink.answer("MAIL", "535 who are you", times=9)
    queue_codes(1, ringing=False)
    worker.start(beat=False)
    wakeup.ring(urgent=False)
    wait_until(lambda: "a channel is down" in worker.log(), what="the drain to fail")
    down = next(line for line in lines(worker.log()) if line["event"] == "a channel is down")
    assert down["task"] == "messaging.tasks.drain"


@pytest.mark.processes
@pytest.mark.faults
def test_a_web_server_says_which_page_failed_and_never_its_address(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "web.log"
    with log.open("wb") as file:
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "itsyourmove.wsgi", "-b", f"127.0.0.1:{port}"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": AWAY, "TESTING": "1"},
            stdout=file,
            stderr=file,
        )
    try:
        wait_until(lambda: "Booting worker" in log.read_text(), what="gunicorn")
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        line.request("GET", "/s/a-personal-link/?asked=private", headers={"Host": "localhost"})
        assert line.getresponse().status == 503
        wait_until(lambda: "django.request" in log.read_text(), what="the line")
    finally:
        web.terminate()
        web.communicate()
    said = log.read_text()
    [failed] = [each for each in lines(said) if each["logger"] == "django.request"]
    assert failed["route"] == "sessions:answer"
    assert failed["status_code"] == 503
    assert failed["event"] == "Service Unavailable: ..."
    assert "a-personal-link" not in said
    assert "private" not in said


def test_a_line_written_in_the_middle_of_a_request_names_its_page_and_the_next_one_does_not(rf):
    record = logging.LogRecord("messaging.outbox.wakeup", logging.WARNING, __file__, 1, "said", (), None)
    said = []

    def view(request):
        middleware.process_view(request, None, (), {})
        said.append(json.loads(logs.JsonFormatter().format(record)))

    middleware = RouteMiddleware(view)
    request = rf.get("/c/a-personal-code/")
    request.resolver_match = resolve("/sign-in/")
    middleware(request)
    assert said[0]["route"] == "sign_in"
    assert "route" not in json.loads(logs.JsonFormatter().format(record))


def test_task_and_route_are_in_the_closed_list():
    assert {"task", "route"} <= set(logs.KEYS)
