"""JSON logs with a closed list of keys: ids and facts, never names, numbers, addresses or tokens."""

import json
import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from http.client import responses
from types import TracebackType
from typing import Any

from celery import current_app, current_task

# Anything else given by `extra=` is dropped, so that personal data cannot slip in by a new key.
KEYS = (
    "message_id",
    "message_ids",
    "kind",
    "state",
    "attempt",
    "count",
    "referral_id",
    "participant_id",
    "cohort_id",
    "session_id",
    "place_id",
    "organisation_id",
    "user_id",
    "by_id",
    "status_code",
    "seconds",
    "fault",
    "task",
    "route",
)
ENCODER = json.JSONEncoder(default=str)  # json.dumps would make one for each line
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])")
TASK_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Words of Celery's own, of how a task ended, and of HTTP: "Service Unavailable".
HARMLESS = {"raised unexpected", "raised expected", "INTERNAL ERROR", *responses.values()}
LEFT_OUT = "..."  # stands where a library wanted to write a value: it may be an address or a name

route: ContextVar[str] = ContextVar("route", default="")  # of the request in hand: "sessions:answer"


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, event, the keys above, and where an exception arose.

    The text of an exception is left out: PostgreSQL quotes row values in it. So are the values in other libraries'
    lines, but for the name, id and fate of a Celery task and the words of an HTTP status.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record) if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        if task := _task(record):
            entry["task"] = task
        if place := _route(record):
            entry["route"] = place
        entry |= {key: record.__dict__[key] for key in KEYS if key in record.__dict__}
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = record.exc_info[0].__name__
            entry["at"] = self._frames(record.exc_info[2])
        return ENCODER.encode(entry)

    @staticmethod
    def _frames(traceback: TracebackType | None) -> list[str]:
        frames = []
        while traceback:
            code = traceback.tb_frame.f_code
            frames.append(f"{code.co_filename.rsplit('/', 3)[-1]}:{traceback.tb_lineno} {code.co_name}")
            traceback = traceback.tb_next
        return frames[-6:]


def _event(record: logging.LogRecord) -> str:
    """The line's text, with nothing filled in that is not known to be harmless."""
    if not record.args:
        return str(record.msg)
    args = record.args
    values = iter(() if isinstance(args, Mapping) else args)

    def filled(place: re.Match) -> str:
        if place[2] == "%":
            return "%"
        value = args.get(place[1]) if isinstance(args, Mapping) else next(values, None)
        return str(value) if _is_harmless(value) else LEFT_OUT

    return PLACEHOLDER.sub(filled, str(record.msg))


def _is_harmless(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return value in HARMLESS or value in current_app.tasks or bool(TASK_ID.fullmatch(value))


def _task(record: logging.LogRecord) -> str:
    """The Celery task in hand, or the one that Celery itself writes about."""
    if current_task:
        return current_task.name
    values = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
    return next((value for value in values if isinstance(value, str) and value in current_app.tasks), "")


def _route(record: logging.LogRecord) -> str:
    """The name of the page asked for, as urls.py has it: never its address, which may hold a link's token."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return match.view_name if match else route.get()


def configuration(level: str) -> dict:
    """Django's LOGGING: everything from `level` on goes to the console, one JSON object a line."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "itsyourmove.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
            "celery.apps.worker": {"level": "INFO"},  # says when it is ready
            "notifications_python_client": {
                "level": "ERROR"
            },  # its warnings quote Notify, which quotes addresses
            "fido2": {"level": "WARNING"},  # it would write down whose passkey was used
        },
    }
