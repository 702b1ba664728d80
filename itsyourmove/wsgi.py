"""The door for gunicorn."""

import logging
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")
# What Django raises before any middleware runs, for it reads the query as soon as a Content-Type names an encoding:
# the encoding may be none (`charset=hex`) or not fit, and the query may have too many fields.
UNREADABLE = (LookupError, UnicodeError, SuspiciousOperation)
log = logging.getLogger(__name__)


class UnreadableRequest(Exception):
    """The request was read no further than its head; nothing has been answered."""


class ReadableRequest(WSGIRequest):
    """Raises UnreadableRequest. Faults that come later are no fault of the request, and Django's to answer."""

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except UNREADABLE as error:
            raise UnreadableRequest from error


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django's own, which answers its own errors; a request that it cannot even begin to read is a 400."""
    try:
        return django_application(environ, start_response)
    except UnreadableRequest as unreadable:
        log.warning("a request cannot be read", extra={"fault": type(unreadable.__cause__).__name__})
        body = b"400 Bad Request\n"
        plain = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("400 Bad Request", plain)
        return [body]


try:
    django_application = get_wsgi_application()
    django_application.request_class = ReadableRequest
    from itsyourmove import startup_checks  # models need the settings

    startup_checks.check_server()
except ImproperlyConfigured as refusal:
    sys.stderr.write(f"{refusal}\n")
    sys.exit(3)  # gunicorn's own status for "cannot start": with any other it would try for ever
