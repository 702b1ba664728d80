"""Reading the environment: each need fails with what to do about it."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
# Which kind of place a process runs in: each way of starting one has exactly one of these switched on.
PLACES = ("PRODUCTION", "DEMO", "TESTING")
SECRETS = ("SECRET_KEY", "LINK_KEY", "MESSAGE_KEY")
# What the notices say of a deployment, and what each is for whoever has to find it out; `check --deploy` asks for them.
NOTICE_FACTS = {
    "ORG_ADDRESS": "the postal address of your organisation",
    "DATA_CONTROLLER": "who decides why and how people’s information is used",
    "DATA_PROTECTION_EMAIL": "the email address of the data protection officer",
    "ICO_NUMBER": "your number in the ICO’s register of fee payers",
    "LAWFUL_BASIS": "public_task or legitimate_interests, as the data protection officer decides",
    "DATA_LOCATION": "where information is stored, as in “We keep your information in the UK”",
    "COMMISSIONER_NAME": "who pays for the programme",
    "COMMISSIONER_PHONE": "the commissioner’s phone number for complaints",
    "COMMISSIONER_EMAIL": "the commissioner’s email address for complaints",
    "COMPLAINTS_EMAIL": "the email address for complaints about you",
    "NOTICES_APPROVED_ON": "the day on which you last read the notices and found them true, like 2026-03-02",
}


def env(name: str, default: str | None = None) -> str:
    """The value of an environment variable; without a default, a missing one says how to set it."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment; .env.example explains each name.")
    return value


def env_bool(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes or on, False for 0, false, no or off, in any case; anything else is refused."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in (*TRUE, *FALSE):
        raise ImproperlyConfigured(f"{name} must be 1, true, yes or on, or 0, false, no or off.")
    return value.lower() in TRUE


def env_fact(name: str, made_up: str) -> str:
    """What only a deployment knows of itself: empty in production until it is set, made up elsewhere."""
    return env(name, "" if env_bool("PRODUCTION") else made_up).strip()


def place() -> str:
    """The one of PRODUCTION, DEMO and TESTING that is on. Raises ImproperlyConfigured for none and for several."""
    on = [name for name in PLACES if env_bool(name)]
    if len(on) != 1:
        raise ImproperlyConfigured(
            f"Set exactly one of PRODUCTION, DEMO and TESTING (found: {' and '.join(on) or 'none'}). See .env.example."
        )
    return on[0]


def read_settings() -> None:
    """Read Django's settings now: what is wrong with the environment ends this process with a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def env_list(name: str, default: str = "") -> list[str]:
    """A list from a comma-separated value; blanks are dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_numbers(name: str, default: str = "") -> dict[str, int]:
    """Numbers by name from "smtp=600,sms=60"."""
    try:
        return {key: int(value) for key, value in (part.split("=") for part in env_list(name, default))}
    except ValueError:
        raise ImproperlyConfigured(f"{name} must look like smtp=600,sms=60") from None


def web_threads() -> int:
    """How many requests each web process answers at the same time: gunicorn's threads."""
    return int(env("WEB_THREADS", "24"))


def kept_secret(name: str, folder: Path) -> str:
    """A secret from the environment, else from this clone's private folder (made by `make run`)."""
    kept = folder / name.lower()
    if name not in os.environ and kept.exists():
        return kept.read_text().strip()
    return env(name)


def database_from_url(url: str) -> dict:
    """Django's DATABASES entry for postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    options = {key: value for key, value in query.items() if key not in {"host", "port"}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": query.get("port") or str(parts.port or ""),
        "OPTIONS": options,
    }


def url_of_database(entry: dict) -> str:
    """The way back: the URL of a DATABASES entry, for a process of our own on the very same database."""
    who = f"{quote(entry['USER'], safe='')}:{quote(entry['PASSWORD'], safe='')}"
    place = urlencode({"host": entry["HOST"], "port": entry["PORT"]})
    return f"postgresql://{who}@/{quote(entry['NAME'], safe='')}?{place}"
