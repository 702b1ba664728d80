"""The pages under Settings: every officer reads the texts, administrators write down who signed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.clinical_sign_off import health_texts, services
from accounts.models import SignOffAcceptance, TextSignOff
from accounts.tests.clinical_sign_off.signing import SAFETY_OFFICER, sign_everything
from accounts.tests.factories import sign_in
from core.dates import LONDON

pytestmark = pytest.mark.django_db
LIST = reverse("admin:accounts_textsignoff_changelist")
ACCEPTANCE = reverse("admin:accounts_textsignoff_acceptance")
OWN = reverse("admin:accounts_textsignoff_text", args=["own_questions"])


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def today():
    return timezone.now().astimezone(LONDON).date()


def signature(text, **changed):
    return {"shown": text.sha256, **SAFETY_OFFICER, **boxes("signed_on", today())} | changed


def test_an_administrator_signs_what_is_on_the_page(cast, client):
    sign_in(client, cast.administrator)
    text = health_texts.named("own_questions")
    page = client.get(OWN).content.decode()
    assert "Do you get out of breath far more than you would expect?" in page
    assert text.sha256 in page
    missing = client.post(OWN, signature(text, registration_number=""))
    assert "Enter the registration number" in missing.content.decode()
    assert 'value="Dr Ada Nwosu"' in missing.content.decode(), "what was typed stays"
    future = boxes("signed_on", today() + timedelta(days=1))
    assert (
        "The date must be today or in the past" in client.post(OWN, signature(text) | future).content.decode()
    )
    other = client.post(OWN, signature(text, shown=health_texts.named("paste_hints").sha256)).content.decode()
    assert "Someone has changed this since you opened it" in other
    assert not TextSignOff.objects.exists()
    done = client.post(OWN, signature(text), follow=True).content.decode()
    text = health_texts.named("own_questions")
    assert f"Signed off: The person’s own questions, version {text.version}." in done
    assert TextSignOff.objects.get().written_by == cast.administrator
    again = client.post(OWN, signature(text)).content.decode()
    assert "This version of the text is signed off already." in again
    assert "Signed off by Dr Ada Nwosu, Clinical safety officer (GMC 7654321)" in again


def test_an_officer_reads_and_writes_nothing(cast, client):
    sign_in(client, cast.officer)
    assert "Awaiting clinical sign-off" in client.get(LIST).content.decode()
    assert "Record sign-off" not in client.get(OWN).content.decode()
    assert client.post(OWN, signature(health_texts.named("own_questions"))).status_code == 403
    assert client.get(ACCEPTANCE).status_code == client.post(ACCEPTANCE).status_code == 403
    assert client.post(reverse("admin:accounts_textsignoff_acceptance_end", args=[1])).status_code == 403
    assert client.get(reverse("admin:accounts_textsignoff_text", args=["nothing"])).status_code == 404
    assert not TextSignOff.objects.exists()


def test_a_new_version_stands_beside_the_one_that_was_signed(cast, client, monkeypatch):
    sign_everything(by=cast.administrator, now=timezone.now())
    old = health_texts.named("own_questions")
    reworded = old.text.replace("out of breath far more", "breathless more")
    monkeypatch.setitem(health_texts._texts, old.key, replace(old, version=old.version + 1, text=reworded))
    sign_in(client, cast.administrator)
    page = client.get(OWN).content.decode()
    assert f"beside version {old.version}" in page
    assert page.count("<del>") == page.count("<ins>") == 1
    assert "out of breath far more than you would expect?</del>" in page
    assert "breathless more than you would expect?</ins>" in page
    assert "Record sign-off" in page
    listed = client.get(LIST).content.decode()
    assert listed.count("Signed off</td>") == len(health_texts.registered()) - 1


def test_an_acceptance_names_the_safety_officer_and_can_be_ended(cast, client):
    sign_in(client, cast.administrator)
    typed = {**SAFETY_OFFICER, **boxes("signed_on", today()), "reason": "The pilot begins."}
    late = client.post(ACCEPTANCE, typed | boxes("ends_on", today() + timedelta(days=93))).content.decode()
    assert "at most 92 days after" in late
    client.post(ACCEPTANCE, typed | boxes("ends_on", today() + timedelta(days=30)))
    row = SignOffAcceptance.objects.get()
    assert len(row.covers) == len(health_texts.registered())
    page = client.get(LIST).content.decode()
    assert "Dr Ada Nwosu, Clinical safety officer (GMC 7654321) accepted it" in page
    assert page.count("Use accepted") == len(row.covers)
    client.post(reverse("admin:accounts_textsignoff_acceptance_end", args=[row.pk]))
    row.refresh_from_db()
    assert row.ended_by == cast.administrator
    assert "Ended by" in client.get(LIST).content.decode()


def test_the_list_asks_no_more_for_more_rows(cast, client, django_assert_num_queries):
    sign_in(client, cast.administrator)

    def accept():
        services.accept(
            **SAFETY_OFFICER, signed_on=today(), ends_on=today(), reason="Why.", by=cast.administrator, now=timezone.now()
        )  # fmt: skip

    accept()
    client.get(LIST)
    with django_assert_num_queries(COST):
        client.get(LIST)
    for _ in range(5):
        accept()
    with django_assert_num_queries(COST):
        client.get(LIST)


COST = 5
