"""JSON logs with a closed list of keys: ids and facts, never names, numbers, addresses or tokens."""

import json
import logging
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

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
    "status_code",
    "seconds",
    "fault",
)
ENCODER = json.JSONEncoder(default=str)  # json.dumps would make one for each line


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, event, the keys above, and where an exception arose.

    The text of an exception is left out: PostgreSQL quotes row values in it.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
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
