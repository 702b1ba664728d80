"""Read by gunicorn from the folder that it is started in."""

import socket
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from gunicorn import util
from gunicorn.config import Config
from gunicorn.glogging import Logger

from itsyourmove import environment
from itsyourmove.logs import JsonFormatter

try:
    environment.place()  # here once, instead of in each worker
except ImproperlyConfigured as refusal:
    sys.exit(str(refusal))

# No header decides where the site stands or how it was reached, not even one that a proxy passes on: where there is a
# proxy, Django reads X-Forwarded-Proto by itself (BEHIND_PROXY).
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# Should somebody switch the access log on: without paths, queries and referrers, which hold the tokens of links.
access_log_format = "%(t)s %(m)s %(s)s %(B)s %(M)sms"

# So that a page is not kept waiting by another that waits for the disk: see OneCodeAtATimeMiddleware.
worker_class = "gthread"
threads = environment.web_threads()

UNREADABLE = "Invalid request"


class JsonLogger(Logger):
    """Gunicorn's own lines in the form of ours: it would else name the address of a request, and so a link's token."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Of a request that cannot be read gunicorn puts the first line, or a header, into the message itself."""
        super().warning(UNREADABLE if msg.startswith(UNREADABLE) else msg, *args, **kwargs)


def write_error(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
    """Gunicorn's answer to such a request: never a page to a browser, and without the words that it would quote."""
    body = f"{status_int} {reason}\n"
    head = (
        f"HTTP/1.1 {status_int} {reason}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )
    util.write_nonblock(sock, (head + body).encode("latin1"))


logger_class = JsonLogger
# There is no setting for it; tests/test_gunicorn.py sees whether it is still called.
util.write_error = write_error
