"""A channel that is half set up is named before the first message waits in vain for it."""

import pytest

from itsyourmove.system_checks import answers_are_read, channels_are_whole, faults_are_noticed

LONG, SHORT = "x" * 40, "x" * 39
NOTIFY = {"NOTIFY_API_KEY": LONG, "NOTIFY_EMAIL_TEMPLATE": "one", "NOTIFY_CALLBACK_TOKEN": LONG}
GATEWAY = {"SMS_GATEWAY_URL": "https://sms.example/", "SMS_GATEWAY_KEY": "k", "SMS_GATEWAY_SENDER": "s"}


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({}, []),
        (NOTIFY | GATEWAY | {"EMAIL_CHANNEL": "notify_email", "DELIVERY_WEBHOOK_KEY": LONG}, []),
        ({"EMAIL_CHANNEL": "pigeon"}, ["E003"]),
        ({"EMAIL_CHANNEL": "notify_email"}, ["E004"]),
        ({"NOTIFY_API_KEY": LONG}, ["E005"]),
        ({"NOTIFY_SMS_TEMPLATE": "one"}, ["E005"]),
        (GATEWAY | {"SMS_GATEWAY_KEY": ""}, ["E006"]),
        (GATEWAY | {"SMS_GATEWAY_URL": ""}, ["E006"]),
        (GATEWAY | {"SMS_GATEWAY_URL": "http://sms.example/"}, ["E007"]),
        (GATEWAY | {"SMS_GATEWAY_URL": "http://127.0.0.1:8080/"}, []),
        ({"DELIVERY_WEBHOOK_KEY": SHORT}, ["E008"]),
        ({"NOTIFY_CALLBACK_TOKEN": SHORT}, ["E008"]),
    ],
)
def test_what_is_half_set_up_is_named(settings, changes, numbers):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert [error.id for error in channels_are_whole(None)] == [f"itsyourmove.{number}" for number in numbers]


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("answers@partnership.org.uk", []),
        ("hello@itsyourmove.example", ["itsyourmove.E009"]),
        ("", ["itsyourmove.E009"]),
    ],
)
def test_a_deployment_whose_answers_nobody_reads_is_named(settings, address, numbers):
    settings.REPLY_TO_EMAIL = address
    assert [error.id for error in answers_are_read(None)] == numbers


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({}, ["E020", "E021"]),
        ({"STATUS_TOKEN": LONG}, ["E021"]),
        ({"STATUS_TOKEN": LONG, "ALERT_EMAIL": ["on call"]}, ["E021"]),
        ({"STATUS_TOKEN": LONG, "ALERT_EMAIL": ["on-call@partnership.org.uk"]}, []),
    ],
)
def test_a_deployment_whose_faults_nobody_would_notice_is_named(settings, changes, numbers):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert [error.id for error in faults_are_noticed(None)] == [f"itsyourmove.{number}" for number in numbers]
