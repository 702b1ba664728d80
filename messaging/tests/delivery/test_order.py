"""The order of ways that officers chose for a kind, and what comes before it: what a person needs or has chosen."""

from dataclasses import replace

import pytest

from accounts.tests.factories import OfficerFactory
from messaging.kinds import registry as kinds
from messaging.routing.channels import EMAIL, PHONE, SMS, USUAL, Routes
from messaging.tests.conftest import NOON
from participants.needs import services as needs
from participants.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
MOBILE, LANDLINE = "+447700900123", "+441452000000"
CHOSE_A_CALL = {"preferred_contact": "phone"}


@pytest.fixture
def way(settings, desk, monkeypatch):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY = "http://127.0.0.1:9/", "key"
    settings.EMAIL_CHANNEL = "smtp"
    monkeypatch.setitem(kinds._kinds, "note", replace(kinds.get("note"), text=True))

    def found(order, *, kind="note", codes=(), but_not="", **facts):
        person = PersonFactory(**{"phone": MOBILE, "message_safe": True, "synthetic": False, **facts})
        needs.add_if_unknown(person=person, codes=codes, by=OfficerFactory(), now=NOON)
        return Routes([person]).way(kinds.get(kind), person, order=order, but_not=but_not)

    return found


@pytest.mark.parametrize(
    ("order", "first"),
    [
        (USUAL, "smtp"),
        ((SMS, EMAIL, PHONE), "sms"),
        ((SMS,), "sms"),
        ((SMS, PHONE), "sms"),
        ((EMAIL,), "smtp"),
        ((PHONE, EMAIL), "phone"),
        ((PHONE, SMS, EMAIL), "phone"),
        ((EMAIL, PHONE, SMS), "smtp"),
    ],
)
def test_the_first_way_that_reaches_the_person_is_taken(way, order, first):
    assert way(order) == first


@pytest.mark.parametrize("order", [(SMS, EMAIL, PHONE), (PHONE, EMAIL), (EMAIL, SMS), USUAL])
@pytest.mark.parametrize(
    ("facts", "taken"),
    [
        ({"codes": ["contact_by_telephone"]}, "phone"),
        ({"codes": ["contact_by_text"]}, "sms"),
        ({"codes": ["braille"]}, "phone"),
        ({"codes": ["contact_by_letter"], "postal_address": "1 High Street"}, "letter"),
        (CHOSE_A_CALL, "phone"),
    ],
)
def test_what_a_person_needs_or_has_chosen_comes_before_any_order(way, order, facts, taken):
    assert way(order, **facts) == taken


@pytest.mark.parametrize(
    ("order", "facts", "taken"),
    [
        ((SMS, EMAIL, PHONE), {"phone": LANDLINE}, "smtp"),
        ((SMS, EMAIL, PHONE), {"message_safe": False}, "smtp"),
        ((SMS, PHONE), {"phone": LANDLINE}, "phone"),
        ((SMS, PHONE), {"phone": ""}, "smtp"),  # there is nobody to ring
        ((PHONE, EMAIL), {"phone": ""}, "smtp"),
        ((EMAIL, SMS, PHONE), {"email_bad_at": NOON}, "sms"),
        ((EMAIL, PHONE), {"email_bad_at": NOON}, "phone"),
        ((EMAIL, PHONE, SMS), {"email_bad_at": NOON}, "phone"),
        ((SMS, EMAIL, PHONE), {"but_not": "sms"}, "smtp"),
        ((SMS, EMAIL, PHONE), {"kind": "code"}, "smtp"),  # it has no words for a text message
    ],
)
def test_a_way_that_does_not_reach_them_is_passed_over(way, order, facts, taken):
    assert way(order, **facts) == taken
