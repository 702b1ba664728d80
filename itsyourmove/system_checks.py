"""System checks that stop a wrong deployment before it starts; each has an id and a hint."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DatabaseError, ProgrammingError, transaction
from django.utils import timezone
from psycopg2.errors import InsufficientPrivilege

from accounts.clinical_sign_off import services as clinical_sign_off
from core.dates import LONDON
from itsyourmove.environment import NOTICE_FACTS
from itsyourmove.public_pages.facts import LAWFUL_BASES, approved_on
from messaging.channels.sms import is_loopback
from messaging.models import DatabaseIdentity

LONG_ENOUGH = 40


def _errors(*wrong: tuple[bool, str, str, str]) -> list[Error]:
    """Of (whether it is so, what is wrong, what to do about it, number): those that are so."""
    return [Error(what, hint=hint, id=f"itsyourmove.{number}") for so, what, hint, number in wrong if so]


@register(Tags.security, deploy=True)
def production_is_meant(app_configs: Any, **kwargs: Any) -> list[Error]:
    hint = "Set PRODUCTION=1 where patients are served."
    return _errors((not settings.PRODUCTION, "PRODUCTION is not set.", hint, "E001"))


@register(Tags.security, deploy=True)
def links_are_https(app_configs: Any, **kwargs: Any) -> list[Error]:
    plain, hint = (
        not settings.SITE_ORIGIN.startswith("https://"),
        "It is the start of every link in every mail.",
    )
    return _errors((plain, "SITE_ORIGIN does not begin with https://.", hint, "E002"))


@register(Tags.security, deploy=True)
def answers_are_read(app_configs: Any, **kwargs: Any) -> list[Error]:
    unread = "@" not in settings.REPLY_TO_EMAIL or settings.REPLY_TO_EMAIL.endswith(".example")
    hint = "People answer our mails: set REPLY_TO_EMAIL, or SERVICE_EMAIL, to one that someone reads."
    return _errors((unread, "REPLY_TO_EMAIL is not the address of a mailbox.", hint, "E009"))


@register(Tags.security, deploy=True)
def faults_are_noticed(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Somebody outside must hear when the service cannot say so itself."""
    return _errors(
        (
            not settings.STATUS_TOKEN,
            "STATUS_TOKEN is not set.",
            f"Without it no monitor can read /statusz: use {LONG_ENOUGH} random characters or more.",
            "E020",
        ),
        (
            not settings.ALERT_EMAIL or not all("@" in address for address in settings.ALERT_EMAIL),
            "ALERT_EMAIL is not set, or is not an email address.",
            "Set it to the people who look after the service, and run `manage.py watch --loop`.",
            "E021",
        ),
    )


MADE_UP = (".example", "01632 960")  # kept free for examples: real people and phones have neither


@register(Tags.security, deploy=True)
def notices_are_true(app_configs: Any, **kwargs: Any) -> list[Error]:
    """People are told whom to complain to and who holds their information: nothing there may be missing or made up."""
    unset = [name for name in NOTICE_FACTS if not getattr(settings, name)]
    shown = (*NOTICE_FACTS, "SERVICE_PHONE", "SERVICE_EMAIL")
    made_up = [name for name in shown if any(each in getattr(settings, name) for each in MADE_UP)]
    bases = ("", *LAWFUL_BASES)
    return [
        *(
            Error(f"{name} is not set.", hint=f"Set it to {NOTICE_FACTS[name]}.", id="itsyourmove.E040")
            for name in unset
        ),
        *(
            Error(
                f"{name} is made up.",
                hint="People read it on the site: set it to your own.",
                id="itsyourmove.E041",
            )
            for name in made_up
        ),
        *_errors(
            (
                settings.LAWFUL_BASIS not in bases,
                "LAWFUL_BASIS is none of public_task and legitimate_interests.",
                "The privacy notice says it: ask the data protection officer.",
                "E042",
            ),
            (
                bool(settings.NOTICES_APPROVED_ON) and approved_on() is None,
                "NOTICES_APPROVED_ON is not a date that has come.",
                "Write the year, month and day, like 2026-03-02.",
                "E043",
            ),
        ),
    ]


@register(Tags.security, deploy=True)
def lines_are_encrypted(app_configs: Any, **kwargs: Any) -> list[Error]:
    """TLS with a verified certificate to every server, or a written reason. A Unix socket never leaves the machine."""
    database = settings.DATABASES["default"]
    on_socket = bool(database["HOST"]) and all(host.startswith("/") for host in database["HOST"].split(","))
    redis = urlsplit(settings.REDIS_URL)
    checked = parse_qs(redis.query).get("ssl_cert_reqs", ["required"])[-1].lower()
    unchecked = checked not in ("required", "cert_required")
    return _errors(
        (
            not on_socket
            and database["OPTIONS"].get("sslmode") != "verify-full"
            and not settings.DATABASE_PLAIN_BECAUSE,
            "DATABASE_URL does not require TLS with a verified certificate.",
            "Add ?sslmode=verify-full&sslrootcert=FILE, or give the reason in DATABASE_PLAIN_BECAUSE.",
            "E030",
        ),
        (
            redis.scheme not in ("redis+socket", "unix")
            and (redis.scheme != "rediss" or unchecked)
            and not settings.REDIS_PLAIN_BECAUSE,
            "REDIS_URL does not require TLS with a verified certificate.",
            "Start it with rediss:// and leave out ssl_cert_reqs, or give the reason in REDIS_PLAIN_BECAUSE.",
            "E031",
        ),
        (
            settings.EMAIL_CHANNEL == "smtp"
            and not settings.EMAIL_USE_TLS
            and not settings.EMAIL_PLAIN_BECAUSE,
            "EMAIL_USE_TLS is off.",
            "Emails would be sent unencrypted: set it to 1, or give the reason in EMAIL_PLAIN_BECAUSE.",
            "E032",
        ),
        (
            bool(settings.ALERT_EMAIL)
            and not settings.ALERT_EMAIL_USE_TLS
            and not settings.ALERT_EMAIL_PLAIN_BECAUSE,
            "ALERT_EMAIL_USE_TLS is off.",
            "Alerts and their password would go unencrypted: set it to 1, or say why in ALERT_EMAIL_PLAIN_BECAUSE.",
            "E033",
        ),
        (
            bool(settings.NOTIFY_API_KEY) and urlsplit(settings.NOTIFY_URL).scheme != "https",
            "NOTIFY_URL does not begin with https://.",
            "Addresses and the text of messages would be sent unencrypted.",
            "E034",
        ),
    )


@register(Tags.security, deploy=True)
def safety_log_is_there(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Without it a restored backup forgets holds, deaths and objections."""
    hint = "Name a file on a different disk or machine from the database, and create it once: docs/deploy.md."
    if Path() == settings.SAFETY_LOG:
        return [Error("SAFETY_LOG is not set.", hint=hint, id="itsyourmove.E035")]
    if settings.SAFETY_LOG.is_file() and os.access(settings.SAFETY_LOG, os.W_OK):
        return []
    return [Error("SAFETY_LOG is not a file that we can write to.", hint=hint, id="itsyourmove.E036")]


@register(Tags.security, deploy=True)
def database_knows_itself(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every drain asks whether this is a restored copy (messaging/restores/database_identity.py); some managed servers forbid it."""
    try:
        with transaction.atomic():
            DatabaseIdentity.objects.here().exists()
    except ProgrammingError as error:
        what = "The database’s role may not call pg_control_system(): nothing could be sent."
        hint = (
            "As an administrator, in this database: GRANT EXECUTE ON FUNCTION pg_control_system() TO <role>."
        )
        return _errors((isinstance(error.__cause__, InsufficientPrivilege), what, hint, "E037"))
    except DatabaseError:
        pass  # not reached, or before `migrate`: other checks and the watch say so
    return []


@register(Tags.security, deploy=True)
def health_texts_are_signed_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning: the service has to run for an administrator to write the sign-offs down, and refuses until then."""
    try:
        with transaction.atomic():
            refused = clinical_sign_off.standing().refused(timezone.now().astimezone(LONDON).date())
    except DatabaseError:
        return []  # not reached, or before `migrate`: other checks and the watch say so
    if not refused:
        return []
    what = f"No referrals are taken: not signed off by a clinician are {', '.join(text.key for text in refused)}."
    hint = "An administrator writes each sign-off down: Settings, Clinical sign-off of health texts (docs/deploy.md)."
    return [CheckWarning(what, hint=hint, id="itsyourmove.W001")]


@register(Tags.security)
def channels_are_whole(app_configs: Any, **kwargs: Any) -> list[Error]:
    """What is half set up would leave messages waiting until they are too old."""
    templates = settings.NOTIFY_EMAIL_TEMPLATE or settings.NOTIFY_SMS_TEMPLATE
    gateway = [settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY, settings.SMS_GATEWAY_SENDER]
    where = urlsplit(settings.SMS_GATEWAY_URL)
    secrets = [settings.NOTIFY_CALLBACK_TOKEN, settings.DELIVERY_WEBHOOK_KEY]
    return _errors(
        (
            settings.EMAIL_CHANNEL not in ("smtp", "notify_email", "file"),
            "EMAIL_CHANNEL is none of smtp, notify_email and file.",
            "Nothing would carry the mails.",
            "E003",
        ),
        (
            settings.EMAIL_CHANNEL == "notify_email"
            and not (settings.NOTIFY_API_KEY and settings.NOTIFY_EMAIL_TEMPLATE),
            "EMAIL_CHANNEL is notify_email, and NOTIFY_API_KEY or NOTIFY_EMAIL_TEMPLATE is missing.",
            "docs/deploy.md says what to set up at GOV.UK Notify.",
            "E004",
        ),
        (
            bool(settings.NOTIFY_API_KEY) != bool(templates),
            "NOTIFY_API_KEY is set without a template, or a template without it.",
            "Set NOTIFY_EMAIL_TEMPLATE, NOTIFY_SMS_TEMPLATE or both, or none of the three.",
            "E005",
        ),
        (
            any(gateway) and not all(gateway),
            "SMS_GATEWAY_URL, SMS_GATEWAY_KEY and SMS_GATEWAY_SENDER belong together.",
            "Set all three or none.",
            "E006",
        ),
        (
            bool(where.scheme) and where.scheme != "https" and not is_loopback(where.hostname or ""),
            "SMS_GATEWAY_URL does not begin with https://.",
            "Numbers and words of text messages would cross the network for all to read.",
            "E007",
        ),
        (
            any(secret and len(secret) < LONG_ENOUGH for secret in secrets),
            "NOTIFY_CALLBACK_TOKEN or DELIVERY_WEBHOOK_KEY is short.",
            f"Use {LONG_ENOUGH} random characters or more: anyone who guesses it can stop people’s mail.",
            "E008",
        ),
    )
