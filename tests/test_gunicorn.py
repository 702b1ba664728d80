"""What a real gunicorn makes of headers that a client sends, and what it writes about requests it cannot read."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from tests.smtp_sink import wait_until

pytestmark = pytest.mark.processes

TOKEN = "personal-link-of-somebody"  # it must reach no log
FORWARDED = {
    "SCRIPT_NAME": "/signed-out",
    "PATH_INFO": "/livez",
    "REMOTE_USER": "1",
    "Script-Name": "/signed-out",
    "Path-Info": "/livez",
    "X-Script-Name": "/elsewhere",
    "X-Forwarded-Prefix": "/elsewhere",
    "X-Forwarded-Path": "/livez",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Protocol": "ssl",
    "X-Forwarded-Ssl": "off",
    "X-Forwarded-For": "192.0.2.1",
    "Forwarded": "for=192.0.2.1;host=evil.example;proto=https",
    "X-Original-Url": "/livez",
    "X-Rewrite-Url": "/livez",
    "X-Http-Method-Override": "DELETE",
}
BROKEN = {
    "line": f"/s/{TOKEN}/\r\n\r\n",
    "method": f"g(t /s/{TOKEN}/ HTTP/1.1\r\n\r\n",
    "version": f"GET /s/{TOKEN}/ HTTP/9.9\r\n\r\n",
    "path": f"GET s/{TOKEN}/\x01 HTTP/1.1\r\n\r\n",
    "header name": f"GET / HTTP/1.1\r\nReferer /s/{TOKEN}/: x\r\n\r\n",
    "header value": f"GET / HTTP/1.1\r\nReferer: /s/{TOKEN}/\x00\r\n\r\n",
    "too long": f"GET /s/{TOKEN}/{'a' * 9000} HTTP/1.1\r\n\r\n",
}


@dataclass
class Server:
    port: int
    log: Path

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", path, headers=headers or {})
        answer = line.getresponse()
        return answer.status, answer.getheader("Location", ""), answer.read().decode()

    def raw(self, request: str) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(request.encode("latin1"))
            return b"".join(iter(lambda: line.recv(65536), b"")).decode("latin1")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """A gunicorn with access logging on, for pages that ask nothing of the database."""
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        ours.listen()
        ours.set_inheritable(True)
        command = ["gunicorn", "itsyourmove.wsgi", "--bind", f"fd://{ours.fileno()}", "--access-logfile", "-"]
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", *command, "--no-control-socket"],
                cwd=settings.BASE_DIR,
                env=dict(os.environ),
                pass_fds=[ours.fileno()],
                stdout=file,
                stderr=file,
            )
        found = Server(ours.getsockname()[1], log)
    try:
        assert found.get("/livez")[0] == 200
        yield found
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("path", ["/signed-out/", "/referrals/", "/nowhere/"])
@pytest.mark.parametrize("name", [*FORWARDED, "all"])
def test_headers_of_a_client_change_nothing(server: Server, path: str, name: str):
    sent = FORWARDED if name == "all" else {name: FORWARDED[name]}
    assert server.get(path, sent) == server.get(path)


@pytest.mark.parametrize("what", BROKEN)
def test_a_request_that_cannot_be_read_leaves_no_path_in_the_log(server: Server, what: str):
    before = server.log.read_bytes().count(b"Invalid request")
    answer = server.raw(BROKEN[what])
    assert answer.split()[1] in {"400", "414"}
    wait_until(lambda: server.log.read_bytes().count(b"Invalid request") > before, what="a line in the log")
    assert TOKEN not in server.log.read_text()
    lines = [each for each in server.log.read_text().splitlines() if "Invalid request" in each]
    assert all(json.loads(line)["event"] == "Invalid request" for line in lines)


def test_the_access_log_names_no_path_query_or_page_before(server: Server):
    server.get(f"/s/{TOKEN}?q={TOKEN}", {"Referer": f"http://localhost/s/{TOKEN}/", "User-Agent": TOKEN})
    assert TOKEN not in server.log.read_text()


@pytest.mark.parametrize("what", BROKEN)
def test_gunicorns_own_errors_are_plain_text_that_no_browser_reads_as_a_page(server: Server, what: str):
    head, _, body = server.raw(BROKEN[what]).partition("\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["Cache-Control"] == "no-store"
    assert int(headers["Content-Length"]) == len(body)
    assert TOKEN not in body


def test_half_a_request_for_a_code_keeps_nobody_elses_waiting(server: Server):
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9"
    cookie = (
        f"Cookie: {settings.CSRF_COOKIE_NAME}={'c' * 32}"  # with it, Django looks for the token in the body
    )
    head = f"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{cookie}\r\n{form}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(f"{head}email".encode())
        for _ in range(5):
            answer = server.raw(f"{head}email=a@b")
            assert answer.startswith("HTTP/1.1 403"), "the token is missing, but it had its turn"
        slow.sendall(b"=a@b")
        assert slow.recv(65536).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    ("charset", "query"),
    [("hex", ""), ("base64", ""), ("punycode", "=="), ("idna", "=%zz"), ("utf-8", "&" * 1001)],
)
def test_a_query_that_cannot_be_read_is_a_bad_request(server: Server, charset: str, query: str):
    """Django reads it in the encoding that a Content-Type names, before any middleware."""
    kind = f"Content-Type: text/plain; charset={charset}"
    line = f"GET /livez?{TOKEN}{query} HTTP/1.1"
    answer = server.raw(f"{line}\r\nHost: localhost\r\n{kind}\r\nConnection: close\r\n\r\n")
    assert answer.split()[1] == "400"
    assert "X-Content-Type-Options: nosniff" in answer
    assert "Traceback" not in server.log.read_text()
    assert TOKEN not in server.log.read_text()
