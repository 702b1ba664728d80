"""Health texts across the rooms: word for word what they were, and in production nothing goes by one without sign-off."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.clinical_sign_off import health_texts, services
from accounts.clinical_sign_off.services import NotSignedOff
from accounts.tests.clinical_sign_off.signing import sign_everything
from accounts.tests.factories import sign_in
from itsyourmove.system_checks import health_texts_are_signed_off
from outcomes.feedback import services as feedback
from outcomes.feedback.services import Answers
from outcomes.models import Feedback, FormLink
from referrals.models import Referral, ReferralDraft, SafetyAnswer, SafetyLink
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.tests.factories import submitted, typed
from tests.test_access import world  # noqa: F401 - a fixture

HASHES = Path(__file__).with_name("health_texts.sha256")


@pytest.fixture
def production(settings):
    """Where patients are served; nobody has signed anything."""
    settings.PRODUCTION = True
    services.forget()
    yield settings
    services.forget()


def is_refused(response, heading: str) -> str:
    assert response.status_code == 503
    assert response["Cache-Control"] == "no-store"
    text = response.content.decode()
    assert f"<h1>{heading}</h1>" in text
    assert "Call us on" in text
    return text


def test_no_text_has_changed_without_a_new_version():
    """The file was made by the code as it was before there were sign-offs. Add a line for each new version."""
    known = {
        (key, version): sha256 for sha256, key, version in map(str.split, HASHES.read_text().splitlines())
    }
    now = [each for text in health_texts.registered() for each in (text, *text.earlier)]
    assert {(each.key, str(each.version)): each.sha256 for each in now} == known


def test_a_text_is_written_out_whole_and_in_lines():
    text = health_texts.named("own_questions").text
    assert "words: Do you get out of breath far more than you would expect?" in text
    assert "effect: emergency" in text
    with pytest.raises(ValueError, match="one line"):
        health_texts.written_out({"words": "two\nlines"})


# What a rewording may not touch: a line of one of these, a switch, or a word alone, which is a code.
FIXED = re.compile(r"[- ]*((code|number|effect|source|file|key): .*|\w+: (True|False|None)|[a-z_]+|\w[^:]*:)")

NAME = re.compile(r"[- ]*([a-z_]+: )?")
NEW_RULES = {
    "paste_hints"
}  # version 2 points at other words: a change of what is pointed at, which the signer reads as one


def test_a_rewording_leaves_codes_order_and_routing():
    """What was said before is made from what is said now and a table of sentences. A change of routing changes the hashes
    of both; here no table touches more than sentences.
    """
    reworded = [
        (text, was)
        for text in health_texts.registered()
        for was in text.earlier[:1]
        if text.key not in NEW_RULES
    ]
    assert len(reworded) == 8
    for text, was in reworded:
        now, before = text.text.split("\n"), was.text.split("\n")
        assert len(now) == len(before), text.key
        for new, old in zip(now, before, strict=True):
            if FIXED.fullmatch(new) or FIXED.fullmatch(old):
                assert new == old, text.key
            elif new != old:
                assert NAME.match(new)[0] == NAME.match(old)[0], text.key


def test_users_pages_do_not_say_that_a_text_awaits_sign_off():
    for template in Path("templates").rglob("*.html"):
        if "textsignoff" not in template.parts:
            assert "awaiting clinical" not in template.read_text().lower(), template


# --- What is refused -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_referral_is_taken_and_nothing_typed_is_lost(cast, client, production):
    sign_in(client, cast.receptionist)
    form = typed()
    page = reverse("referrals:page", args=[form.pop("submission_key"), "patient"])
    for address in (reverse("referrals:new"), page, reverse("referrals:paste")):
        is_refused(client.get(address), "We cannot take referrals now")
    text = is_refused(
        client.post(page, {"given_name": "Aoife", "family_name": "O’Neill"}), "We cannot take referrals now"
    )
    assert 'name="given_name" value="Aoife"' in text
    assert "We have saved your answers for" in text
    draft = ReferralDraft.objects.get()
    assert draft.typed["given_name"] == ["Aoife"]
    is_refused(client.get(reverse("referrals:check", args=[draft.key])), "We cannot take referrals now")
    text = is_refused(
        client.post(reverse("referrals:paste"), {"pasted": "Aoife O’Neill"}), "We cannot take referrals now"
    )
    assert 'name="pasted" value="Aoife O’Neill"' in text
    assert not Referral.objects.exists()
    sign_everything(by=cast.administrator, now=timezone.now())
    assert client.get(page).status_code == 200


@pytest.mark.django_db
def test_the_services_refuse_whatever_page_calls_them(cast, world, production):  # noqa: F811
    now, referral = timezone.now(), Referral.objects.get(reference=world.reference)
    asked = referral.confirmations.get()
    attendance = FormLink.objects.find(world.form).attendance
    before = SafetyAnswer.objects.count(), Feedback.objects.count(), SafetyLink.objects.count()
    calls = {
        "submit": lambda: submitted(organisation=cast.riverbank, by=cast.receptionist),
        "confirm": lambda: screening.confirm(
            confirmation=asked, answers={}, assessed=False, by=cast.lead, answered_as="gp", now=now
        ),
        "own": lambda: self_assessment.record(referral=referral, replies={"numb": "yes"}, now=now),
        "ask": lambda: self_assessment.send_safety_link(referral=referral, because="again", by=None, now=now),
        "feedback": lambda: feedback.record_feedback(
            attendance=attendance, answers=Answers(enjoyed=3), now=now
        ),
    }
    for name, call in calls.items():
        with pytest.raises(NotSignedOff):
            pytest.fail(f"{name} went on: {call()}")
    assert self_assessment.ask_after_a_year(now=now) == feedback.queue_due_feedback(now=now) == 0
    assert (SafetyAnswer.objects.count(), Feedback.objects.count(), SafetyLink.objects.count()) == before


@pytest.mark.django_db
def test_peoples_links_say_whom_to_call_and_keep_what_was_typed(world, client, production):  # noqa: F811
    for address in (reverse("referrals:talk"), reverse("referrals:leaflet", args=["standard"])):
        is_refused(client.get(address), "We cannot show this page now")
    for name in ("outcomes:feedback", "outcomes:thanks"):
        text = is_refused(client.get(world.address(name)), "We cannot ask these questions now")
        assert "In an emergency, call 999." in text
    text = is_refused(
        client.post(world.address("outcomes:feedback"), {"enjoyed": "3"}), "We cannot ask these questions now"
    )
    assert 'name="enjoyed" value="3"' in text
    born = Referral.objects.get(reference=world.reference).participant.date_of_birth
    parts = {f"proof_date_{part}": getattr(born, part) for part in ("day", "month", "year")}
    own = world.address("own_safety:questions")
    client.post(own, parts)
    client.get(own)
    text = is_refused(client.post(own, parts | {"own_numb": "yes"}), "We cannot ask these questions now")
    assert "numb" in text
    assert not SafetyAnswer.objects.filter(question_set=SafetyAnswer.OWN).exists()


@pytest.mark.django_db
def test_clinician_and_officer_are_told_too(world, production):  # noqa: F811
    is_refused(
        world.client("lead").get(world.address("referrals:confirm")), "We cannot ask these questions now"
    )
    officer = world.client("officer")
    pk = world.pks["referrals.referral"]
    page = is_refused(
        officer.get(reverse("admin:referrals_referral_own_answers", args=[pk])),
        "We cannot ask these questions now",
    )
    assert reverse("admin:accounts_textsignoff_changelist") in page


# --- What it costs, and who is told --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["outcomes:feedback", "referrals:new", "referrals:page", "referrals:confirm"]
)
def test_a_page_costs_one_query_more_in_production_and_only_once(name, world, settings):  # noqa: F811
    sign_everything(by=world.cast.administrator, now=timezone.now())
    client = world.client(
        "nobody" if name.startswith("outcomes") else "lead" if "confirm" in name else "receptionist"
    )
    client.get(world.address(name))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(world.address(name)).status_code in (200, 302)
        return len(asked)

    tested = queries()
    settings.PRODUCTION = True
    services.forget()
    assert [queries(), queries()] == [tested + 1, tested]
    services.forget()


@pytest.mark.django_db
def test_every_office_page_has_a_red_line_and_no_other_page(cast, client, production):
    sign_in(client, cast.officer)
    for page in ("admin:index", "admin:settings", "admin:participants_participant_changelist"):
        text = client.get(reverse(page)).content.decode()
        assert "<strong>Clinical sign-off.</strong> We take no referrals:" in text
    sign_everything(by=cast.administrator, now=timezone.now())
    assert "Clinical sign-off.</strong>" not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.django_db
def test_readyz_and_the_deployment_check_say_it(cast, client, production):
    answer = client.get("/readyz")
    assert answer.status_code == 200, "officers must reach the page on which it is signed"
    assert answer.json()["referrals"] == "refused: health texts are not signed off"
    assert "itsyourmove.W001" in deployment()
    sign_everything(by=cast.administrator, now=timezone.now())
    assert "referrals" not in client.get("/readyz").json()
    assert "itsyourmove.W001" not in deployment()


def deployment() -> str:
    return " ".join(str(each) for each in health_texts_are_signed_off(None))


@pytest.mark.django_db
def test_the_signer_gets_every_text_whole(cast):
    printed = StringIO()
    call_command("words", health=True, stdout=printed)
    said = printed.getvalue()
    for text in health_texts.registered():
        assert f"{text.key}, version {text.version}: awaiting clinical sign-off" in said
        assert text.sha256 in said
    assert "Compared with version 2" in said
    assert "- emergency: Ring 999 or go to A&E now if you have chest pain, new trouble" in said
    assert "+ emergency: Call 999 or go to A&E now if you have any of these: chest pain; new trouble" in said
    sign_everything(by=cast.administrator, now=timezone.now())
    printed = StringIO()
    call_command("words", health=True, stdout=printed)
    assert "awaiting" not in printed.getvalue()
