"""What Django's client cannot say, sent through a socket to a real gunicorn with the real database behind it."""

import http.client
import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts.tests.factories import session_for
from itsyourmove.environment import url_of_database
from tests import hostile
from tests.test_access import World, world  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

SEED = os.environ.get("FUZZ_SEED", "20261130")
REQUESTS = 300


class Site:
    def __init__(self, port: int, log) -> None:
        self.port, self.log = port, log

    def raw(self, request: bytes) -> tuple[int, bytes]:
        """Status and whole answer; 0 where the line was closed without one."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            try:
                line.sendall(request)
                line.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: line.recv(65536), b""))
            except OSError as end:  # answered and closed while we still sent
                if isinstance(end, TimeoutError):
                    raise
                return 0, b""
        found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        return (int(found.group(1)) if found else 0), answer

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.getheader("Location", "")


@pytest.fixture
def site(world: World, tmp_path) -> Iterator[Site]:  # noqa: F811
    log = tmp_path / "gunicorn.log"
    names = {"DATABASE_URL": url_of_database(connection.settings_dict), "STATEMENT_TIMEOUT": "5s"}
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "itsyourmove.wsgi", "--bind", f"fd://{listener.fileno()}", "--threads", "4",
             "--no-control-socket"],
            cwd=settings.BASE_DIR, env={**os.environ, **names}, pass_fds=[listener.fileno()], stdout=file, stderr=file,
        )  # fmt: skip
        try:
            found = Site(listener.getsockname()[1], log)
            assert found.get("/livez")[0] == 200
            yield found
        finally:
            process.terminate()
            process.wait()


LINES = [
    b"GET {path} HTTP/1.1", b"GET {path} HTTP/1.0", b"GET {path}", b"GET  {path} HTTP/1.1", b"get {path} HTTP/1.1", b"POST {path} HTTP/1.1",
    b"GET http://evil.example{path} HTTP/1.1", b"GET //evil.example{path} HTTP/1.1", b"GET {path} HTTP/9.9", b"GET {path}\0 HTTP/1.1",
    b"GET {path}\xff\xfe HTTP/1.1", b"GET {path}%ff%00 HTTP/1.1", b"GET {path}#x HTTP/1.1", b"GET ..{path} HTTP/1.1", b"CONNECT a:443 HTTP/1.1",
    b"OPTIONS * HTTP/1.1", b"BREW {path} HTTP/1.1", b"G\0T {path} HTTP/1.1", b"PRI * HTTP/2.0", b"GET {path}?" + b"a" * 3900 + b" HTTP/1.1",
    b"GET {path}?" + b"a" * 9000 + b" HTTP/1.1", b"\x16\x03\x01\x02\x00\x01", b"", b"PUT {path} HTTP/1.1", b"TRACE {path} HTTP/1.1",
    b"POST {path}?charset=hex HTTP/1.1", b"GET {path}?q=%ed%a0%80&%=% HTTP/1.1", b"GET /static/..%2f..%2fetc/passwd HTTP/1.1",
    b"GET /static/%2e%2e/%2e%2e/manage.py HTTP/1.1", b"GET /static/%00 HTTP/1.1", b"GET /static/" + b"a" * 3000 + b" HTTP/1.1",
]  # fmt: skip
HEADERS = [
    b"Host: evil.example", b"Host: localhost", b"Host: localhost\r\nHost: evil.example", b"Host:", b"Host: a\0b", b"Host: [::1", b"Host: \xff",
    b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: \xb2", b"Content-Length: 99999999999999999999", b"Content-Length: " + b"9" * 5000,
    b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: xchunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding : chunked",
    b"SCRIPT_NAME: /elsewhere", b"Script-Name: /elsewhere", b"PATH_INFO: /livez", b"REMOTE_USER: 1", b"X-Forwarded-Host: evil.example",
    b"X-Forwarded-Proto: https", b"Forwarded: host=evil.example", b"X-Forwarded-For: \xff", b"Proxy: http://evil.example",
    b"Cookie: sessionid=\"\\000aaaaaaaa\"", b"Cookie: sessionid=\xff\xfe", b"Cookie: csrftoken=\"\\000\"; sessionid=\"\\ud800\"",
    b"Cookie: " + b"a=b; " * 1500, b" folded: x", b"X: a\r\n folded", b"No colon", b": no name", b"X\0: y", b"X: \x01\x02", b"X: a\rY: b", b"X: a\nY: b",
    b"Expect: 100-continue", b"Expect: x", b"Connection: upgrade\r\nUpgrade: h2c", b"Range: bytes=0-0,-1", b"Range: bytes=5-1",
    b"\r\n".join(b"X-%d: y" % at for at in range(200)), b"Referer: \xff", b"Accept-Language: \xff", b"Accept-Encoding: br;q=x",
    b"If-Modified-Since: x", b"If-None-Match: \xff", b"Content-Type: text/plain; charset=hex", b"Content-Type: multipart/form-data; boundary=\xff",
    b"Content-Type: application/x-www-form-urlencoded", b"Content-Type: application/json", b"Content-Type: multipart/form-data; boundary=x",
    b"Content-Type: application/x-www-form-urlencoded; charset=punycode", b"Authorization: Bearer \xff", b"X-Timestamp: \xb2", b"X-Signature: \xff",
]  # fmt: skip
ENDS = [
    b"", b"a=b", b"answer=yes", b"5\r\na=bcd\r\n0\r\n\r\n", b"5\r\na=b", b"zz\r\nx\r\n", b"-5\r\nabc\r\n", b"ffffffffffffffff\r\nx",
    b"5;" + b"x" * 9000 + b"\r\na=bcd\r\n0\r\n\r\n", b"0\r\nX: y\r\n\r\n", b"0\r\n\r\nGET /admin/ HTTP/1.1\r\n\r\n", b"{", b"\xff" * 1000, b"x" * 100_000,
    hostile.BODIES["no end of the parts"](), hostile.BODIES["names that are no names"](), hostile.BODIES["a part in base64"](),
]  # fmt: skip


def test_no_bytes_on_the_line_make_a_fault_of_ours(site: Site, world: World, capsys):  # noqa: F811
    """A worker that fell over would close the line; Django's own faults are 500 and a line in the log."""
    draw, counts, found = Random(SEED), Counter(), []
    cookie = f"Cookie: {settings.SESSION_COOKIE_NAME}={session_for(world.cast.officer)}".encode()
    paths = ["/", "/sign-in/", "/referrals/", f"/s/{world.answer}/", f"/f/{world.form}/", "/c/", "/messages/notify/", "/messages/delivery/",
             "/admin/", "/admin/participants/participant/", "/sign-in/passkey/begin/", "/readyz", reverse("join"), "/nowhere"]  # fmt: skip
    singles = [(line, [b"Host: localhost"], b"") for line in LINES]
    singles += [
        (line, [b"Host: localhost", header], b"answer=yes")
        for header in HEADERS
        for line in (LINES[0], LINES[5])
    ]
    singles += [
        (LINES[5], [b"Host: localhost", header], end)
        for end in ENDS
        for header in (b"Transfer-Encoding: chunked", b"Content-Length: 9")
    ]
    for number in range(max(REQUESTS, len(singles))):
        line, headers, end = (
            singles[number]
            if number < len(singles)
            else (draw.choice(LINES), draw.sample(HEADERS, draw.randint(1, 4)), draw.choice(ENDS))
        )
        if draw.random() < 0.3:
            headers = [*headers, cookie]
        request = b"\r\n".join(
            [line.replace(b"{path}", draw.choice(paths).encode()), *headers, b"Connection: close", b"", end]
        )
        status, answer = site.raw(request)
        counts[status] += 1
        # 501: gunicorn's word for a Transfer-Encoding that there is not.
        if (
            (status >= 500 and status != 501)
            or b"evil.example" in answer.partition(b"\r\n\r\n")[0]
            or b"Traceback" in answer
        ):
            found.append((number, request[:300], answer[:300]))
    assert site.get("/livez")[0] == 200
    with capsys.disabled():
        sys.stdout.write(f"\n  fuzz on the line: {dict(sorted(counts.items()))}\n")
    assert found == []
    log = site.log.read_text(errors="replace")
    assert "Traceback" not in log
    assert world.answer not in log
