"""Signing, accepting, and what the database itself refuses."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from accounts.clinical_sign_off import health_texts, services
from accounts.models import SignOffAcceptance, TextSignOff
from accounts.tests.clinical_sign_off.signing import SAFETY_OFFICER, sign_everything
from core.dates import LONDON
from core.errors import ChangedMeanwhile

pytestmark = pytest.mark.django_db
TEXT = health_texts.HealthText("a_text", 1, "A text", "Call 999.\nNow.")


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    services.forget()
    yield timezone.now()
    services.forget()


def signed(cast, text=TEXT, **changed):
    now = timezone.now()
    told = {"text": text, "shown": text.sha256, **SAFETY_OFFICER, "by": cast.administrator, "now": now}
    return services.sign_off(**told | {"signed_on": now.astimezone(LONDON).date()} | changed)


def accepted(cast, now, **changed):
    today = now.astimezone(LONDON).date()
    told = {
        **SAFETY_OFFICER,
        "reason": "The pilot begins.",
        "signed_on": today,
        "ends_on": today + timedelta(days=30),
    }
    found = services.accept(**told | changed, by=cast.administrator, now=now)
    services.forget()
    return found


def refused(*keys, now):
    try:
        services.require_signed_off(*keys, now=now)
    except services.NotSignedOff:
        return True
    return False


def test_a_text_is_signed_once_for_exactly_what_was_shown(cast):
    with pytest.raises(ChangedMeanwhile):
        signed(cast, shown=health_texts.named("own_questions").sha256)
    with pytest.raises(services.InTheFuture):
        signed(cast, signed_on=date(2999, 1, 1))
    row = signed(cast)
    assert (row.text, row.sha256, row.written_by) == (TEXT.text, TEXT.sha256, cast.administrator)
    with pytest.raises(services.AlreadySigned):
        signed(cast)


def test_the_database_keeps_a_sign_off_as_it_was_written(cast):
    row = signed(cast)
    for change in (lambda: TextSignOff.objects.update(name="Another"), lambda: row.delete()):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()
    wrong = {
        field: getattr(row, field) for field in ("key", "version", "signed_on", "written_at", "written_by")
    }
    with pytest.raises(IntegrityError, match="text_sign_off_hash_of_its_text"), transaction.atomic():
        TextSignOff.objects.create(**wrong, **SAFETY_OFFICER, text="Other words.", sha256=row.sha256)
    with pytest.raises(IntegrityError, match="text_sign_off_by_a_clinician"), transaction.atomic():
        TextSignOff.objects.create(
            **wrong | {"version": 2},
            **SAFETY_OFFICER | {"registration_number": ""},
            text=row.text,
            sha256=row.sha256,
        )


def test_in_production_each_text_is_refused_until_it_is_signed(cast, production):
    assert refused("own_questions", now=production)
    sign_everything(by=cast.administrator, now=production, leaving_out=("session_feedback",))
    assert not refused("own_questions", "safety_routing", now=production)
    assert refused("session_feedback", now=production)
    assert refused(now=production), "a referral goes by all of them"
    sign_everything(
        by=cast.administrator, now=production, leaving_out=tuple(set(keys()) - {"session_feedback"})
    )
    assert not refused(now=production)
    assert services.warning(production) == ""


def keys():
    return [text.key for text in health_texts.registered()]


def test_a_demonstration_and_tests_are_not_refused_and_ask_nothing(settings, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not refused(now=timezone.now())
        assert services.warning(timezone.now()) == ""


def test_a_changed_text_is_refused_again(cast, production, monkeypatch):
    sign_everything(by=cast.administrator, now=production)
    old = health_texts.named("own_questions")
    monkeypatch.setitem(health_texts._texts, old.key, replace(old, text=old.text.replace("999", "998")))
    assert refused(old.key, now=production), "the same version, and not the same text"
    monkeypatch.setitem(health_texts._texts, old.key, replace(old, version=old.version + 1))
    assert refused(old.key, now=production), "the same text under a version that nobody signed"


def test_an_acceptance_lets_through_what_it_covers_until_its_last_day(cast, production, monkeypatch):
    acceptance = accepted(cast, production)
    assert not refused(now=production)
    assert services.warning(production).startswith(
        f"{len(keys())} health texts are used before clinical sign-off."
    )
    assert "Dr Ada Nwosu accepted this until" in services.warning(production)
    services.forget()
    assert not refused(now=production + timedelta(days=30))
    assert refused(now=production + timedelta(days=31))
    assert services.warning(production + timedelta(days=31)).startswith("We take no referrals:")
    old = health_texts.named("own_questions")
    with monkeypatch.context() as changed:
        changed.setitem(health_texts._texts, old.key, replace(old, text="Other words."))
        assert refused(old.key, now=production), "nobody accepted these words"
    services.end_acceptance(acceptance=acceptance, by=cast.administrator, now=production)
    services.forget()
    assert refused(now=production)
    with pytest.raises(services.AlreadyEnded):
        services.end_acceptance(acceptance=acceptance, by=cast.administrator, now=production)


def test_an_acceptance_has_an_end_and_is_written_once(cast, production):
    today = production.astimezone(LONDON).date()
    for ends_on in (today - timedelta(days=1), today + timedelta(days=93)):
        with pytest.raises(services.EndsTooLate):
            accepted(cast, production, ends_on=ends_on)
    row = accepted(cast, production)
    for change in (lambda: SignOffAcceptance.objects.update(ends_on=today), row.delete):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    sign_everything(by=cast.administrator, now=production)
    with pytest.raises(services.NothingToAccept):
        accepted(cast, production)


def test_one_query_in_ten_seconds_says_it_all(cast, production, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert refused(now=production)
        assert refused("own_questions", now=production)
        assert services.warning(production)
