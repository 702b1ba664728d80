"""Every connection to a server uses TLS with a verified certificate, or a reason is written down."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlencode

import psycopg2
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as site
from django.db import connection
from django.utils import timezone

from itsyourmove.clone import HERE
from itsyourmove.environment import NOTICE_FACTS, database_from_url
from itsyourmove.monitoring import watch
from itsyourmove.system_checks import lines_are_encrypted
from messaging.channels.base import Down, OutgoingMessage
from messaging.channels.smtp import Smtp
from tests.tls import make_certificate, tls_in_front

BLANK = " \t"
URL = "postgresql://u:p@db.example/iym"
SMTP = {"EMAIL_CHANNEL": "smtp"}
ALERTS = {"ALERT_EMAIL": ["on-call@partnership.example"], "ALERT_EMAIL_USE_TLS": False}
NOTIFY = {"NOTIFY_API_KEY": "x"}


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({}, []),
        ({"DATABASE_URL": f"{URL}?sslmode=verify-full"}, []),
        ({"DATABASE_URL": URL}, ["E030"]),
        ({"DATABASE_URL": f"{URL}?sslmode=prefer"}, ["E030"]),
        ({"DATABASE_URL": f"{URL}?sslmode=require"}, ["E030"]),
        ({"DATABASE_URL": f"{URL}?sslmode=verify-ca"}, ["E030"]),
        ({"DATABASE_URL": f"{URL}?sslmode=require", "DATABASE_PLAIN_BECAUSE": "its network is ours"}, []),
        ({"DATABASE_URL": "postgresql://u@127.0.0.1/iym"}, ["E030"]),
        ({"DATABASE_URL": "postgresql://u@/iym"}, ["E030"]),
        ({"DATABASE_URL": "postgresql://u@/iym?host=/run/postgresql"}, []),
        ({"DATABASE_URL": "postgresql://u@/iym?host=/run/postgresql,db.example"}, ["E030"]),
        ({"REDIS_URL": "rediss://r.example/0"}, []),
        ({"REDIS_URL": "rediss://r.example/0?ssl_cert_reqs=required"}, []),
        ({"REDIS_URL": "rediss://r.example/0?ssl_cert_reqs=none"}, ["E031"]),
        ({"REDIS_URL": "rediss://r.example/0?ssl_cert_reqs=CERT_OPTIONAL"}, ["E031"]),
        ({"REDIS_URL": "redis://r.example/0"}, ["E031"]),
        ({"REDIS_URL": "redis://127.0.0.1/0"}, ["E031"]),
        ({"REDIS_URL": "redis://127.0.0.1/0", "REDIS_PLAIN_BECAUSE": "it is on this machine"}, []),
        ({"REDIS_URL": "redis+socket:///run/redis.sock"}, []),
        (SMTP | {"EMAIL_USE_TLS": False}, ["E032"]),
        (SMTP | {"EMAIL_USE_TLS": True}, []),
        (SMTP | {"EMAIL_USE_TLS": False, "EMAIL_PLAIN_BECAUSE": "a relay on this machine"}, []),
        ({"EMAIL_CHANNEL": "notify_email", "EMAIL_USE_TLS": False}, []),
        (ALERTS, ["E033"]),
        (ALERTS | {"ALERT_EMAIL_PLAIN_BECAUSE": "a relay on this machine"}, []),
        (NOTIFY | {"NOTIFY_URL": "http://notify.example"}, ["E034"]),
        (NOTIFY | {"NOTIFY_URL": "https://notify.example"}, []),
    ],
)
def test_a_line_that_is_not_encrypted_is_named(settings, changes, numbers):
    for name, value in changes.items():
        if name == "DATABASE_URL":
            settings.DATABASES = {"default": database_from_url(value)}
        else:
            setattr(settings, name, value)
    errors = lines_are_encrypted(None)
    assert [error.id for error in errors] == [f"itsyourmove.{number}" for number in numbers]


LINES = ("DATABASE", "REDIS", "EMAIL", "ALERT_EMAIL")


@pytest.mark.processes
@pytest.mark.parametrize(
    ("reason", "refused"),
    [("", True), (BLANK, True), ("on this machine", False)],
)
def test_the_command_refuses_each_plain_line_until_a_reason_is_given(tmp_path, reason, refused):
    keys = {
        "SECRET_KEY": "k" * 25 + "abcdefghijklmnopqrstuvwxy",
        "LINK_KEY": "l" * 40,
        "MESSAGE_KEY": "m" * 40,
    }
    told = {
        "PRODUCTION": "1", "STATUS_TOKEN": "s" * 40, "ALERT_EMAIL": "on-call@partnership.test",
        "REPLY_TO_EMAIL": "answers@partnership.test", "SITE_ORIGIN": "https://move.test", "ALLOWED_HOSTS": "move.test",
        "STATIC_ROOT": str(tmp_path), "DATABASE_URL": "postgresql://u@127.0.0.1:9/d", "REDIS_URL": "redis://127.0.0.1:9/0",
        "SERVICE_EMAIL": "hello@partnership.test", "SERVICE_PHONE": "0300 123 4567",
        **dict.fromkeys(NOTICE_FACTS, "true"), "LAWFUL_BASIS": "public_task", "NOTICES_APPROVED_ON": "2026-03-02",
        "EMAIL_USE_TLS": "0", "SAFETY_LOG": str(tmp_path / "safety.jsonl"),
    }  # fmt: skip
    (tmp_path / "safety.jsonl").touch()
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DEMO", "TESTING", "DJANGO_ALLOW_ASYNC_UNSAFE")
    }
    reasons = {f"{line}_PLAIN_BECAUSE": reason for line in LINES}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=site.BASE_DIR,
        env=kept | keys | told | reasons,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    for line, number in zip(LINES, ("E030", "E031", "E032", "E033"), strict=True):
        assert (f"itsyourmove.{number}" in done.stderr) is refused
        assert (f"{line}_PLAIN_BECAUSE" in done.stderr) is refused
    assert bool(done.returncode) is refused, done.stderr


# --- What is asked for is really so ----------------------------------------------------------------------------------


@pytest.fixture
def ours(tmp_path):
    return make_certificate(tmp_path)


@pytest.fixture
def of_another_host(tmp_path):
    return make_certificate(tmp_path, "192.0.2.1")


def test_the_database_is_asked_for_tls_with_the_certificate_of_its_host(db, ours, of_another_host):
    here = connection.settings_dict
    behind = f"{here['HOST']}/.s.PGSQL.{here['PORT'] or 5432}"

    def connect(port: int, **query: str) -> psycopg2.extensions.connection:
        entry = database_from_url(f"postgresql://127.0.0.1:{port}/{here['NAME']}?{urlencode(query)}")
        options = connection.get_connection_params() | entry["OPTIONS"]
        options.pop("cursor_factory", None)
        return psycopg2.connect(**options | {"host": entry["HOST"], "port": entry["PORT"]})

    with tls_in_front(ours, behind, asks_first=True) as port:
        line = connect(port, sslmode="verify-full", sslrootcert=str(ours.file))
        assert line.info.ssl_in_use
        line.close()
        with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
            connect(port, sslmode="verify-full", sslrootcert=str(of_another_host.file))
    theirs = str(of_another_host.file)
    refused = pytest.raises(psycopg2.OperationalError, match="does not match host name")
    with tls_in_front(of_another_host, behind, asks_first=True) as port, refused:
        connect(port, sslmode="verify-full", sslrootcert=theirs)


PING = "from itsyourmove.celery import app; app.connection_for_write().ensure_connection(max_retries=1); print('well')"


def ping(url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PING],
        cwd=site.BASE_DIR,
        env=os.environ | {"TESTING": "1", "REDIS_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.processes
def test_redis_is_asked_for_tls_with_the_certificate_of_its_host(ours, of_another_host):
    """Celery on its own takes any certificate."""
    with tls_in_front(ours, str(HERE.redis_socket)) as port:
        assert ping(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={ours.file}") == "well\n"
        assert "CERTIFICATE_VERIFY_FAILED" in ping(f"rediss://127.0.0.1:{port}/0")
    with tls_in_front(of_another_host, str(HERE.redis_socket)) as port:
        url = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={of_another_host.file}"
        assert "CERTIFICATE_VERIFY_FAILED" in ping(url)


class Taken:
    def __init__(self) -> None:
        self.lines: list[bool] = []  # whether each mail came encrypted

    async def handle_DATA(self, server, session, envelope) -> str:
        self.lines.append(session.ssl is not None)
        return "250 taken"


@contextmanager
def mail_server(settings, certificate=None):
    taken = Taken()
    context = {"tls_context": certificate.context()} if certificate else {}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(taken, hostname="127.0.0.1", port=port, ready_timeout=20, **context)
    controller.start()
    for prefix in ("EMAIL", "ALERT_EMAIL"):
        for name, value in {"HOST": "127.0.0.1", "PORT": port, "USE_TLS": True, "HOST_USER": ""}.items():
            setattr(settings, f"{prefix}_{name}", value)
    yield taken
    controller.stop()


def send_message() -> None:
    letter = OutgoingMessage(
        key="k", address="sam@riverbank.example", subject="s", text="t", at=timezone.now()
    )
    smtp = Smtp(patience=10)
    try:
        smtp.send(letter, lambda: True)
    finally:
        smtp.close()


def send_alert() -> None:
    assert watch._tell("Problem with the service", [], watch.datetime.now(watch.UTC))


@pytest.mark.parametrize("send", [send_message, send_alert])
def test_mail_leaves_only_encrypted_and_to_the_certificate_of_its_host(
    settings, monkeypatch, ours, of_another_host, send
):
    settings.ALERT_EMAIL = ["on-call@partnership.example"]
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    with mail_server(settings, ours) as server:
        send()
        assert server.lines == [True]
    with mail_server(settings, of_another_host) as server:
        with pytest.raises((Down, AssertionError)):
            send()
        assert server.lines == []
    with mail_server(settings) as server:  # which does not know STARTTLS
        with pytest.raises((Down, AssertionError)):
            send()
        assert server.lines == []
