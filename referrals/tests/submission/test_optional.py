"""The optional page of a referral: never in the way, kept in the draft, and never written over what is known."""

import re
from uuid import uuid4

import pytest
from django.db import InternalError, transaction
from django.test import Client

from accounts.tests.factories import sign_in
from participants.models import (
    Availability,
    EmergencyContact,
    Equality,
    Goal,
    Participant,
    Readiness,
)
from participants.readiness import services as readiness
from participants.tests.factories import PersonFactory
from referrals.models import Referral, ReferralDraft
from referrals.submission import drafts
from referrals.submission import forms as submission_forms
from referrals.tests.factories import NOW, send, shown, typed

pytestmark = pytest.mark.django_db
MORE = {
    "more_language": "other",
    "more_language_words": "Tetum",
    "more_interpreter": "yes",
    "more_morning": ["0", "4"],
    "more_evening": ["2"],
    "more_device": "tablet",
    "more_camera": "no",
    "more_goal": "Walk to the shop\nwith Róisín",
    "more_domain": "independence",
    "more_contact_name": "Finn O’Neill",
    "more_contact_relation": "Son",
    "more_contact_phone": "07700 900456",
    "more_contact_consent": "yes",
    "more_ethnic": "Z",
}


def filled(client, **changed) -> tuple[str, str]:
    """(address of the last look, of the optional page) of a draft whose pages are filled."""
    form = typed(**changed)
    key = form["submission_key"]
    for name, page in submission_forms.PAGES.items():
        answer = client.post(
            f"/referrals/new/{key}/{name}/", {box: value for box, value in form.items() if page.asks(box)}
        )
    assert answer.url == f"/referrals/new/{key}/check/"
    return answer.url, f"/referrals/new/{key}/more/"


def test_nobody_meets_it_on_the_way(reception):
    check, more = filled(reception)
    page = reception.get(check).content.decode()
    assert "Add more details (optional)" in page
    assert more in page
    assert reception.post(check).status_code == 302
    assert Referral.objects.count() == 1
    for model in (Readiness, Availability, Equality, Goal, EmergencyContact):
        assert not model.objects.exists()


def test_what_was_added_is_shown_changed_and_kept_with_the_person(reception, cast):
    check, more = filled(reception)
    saved = reception.post(f"{more}?check", MORE)
    assert saved.url == check
    page = reception.get(check).content.decode()
    for words in ("Tetum", "Mornings: Monday, Friday; Evenings: Wednesday", "Finn O’Neill, 07700 900456",
                  "Prefer not to say", "with Róisín"):  # fmt: skip
        assert words in page
    assert "Add more details (optional)" not in page
    again = reception.get(f"{more}?check").content.decode()
    assert 'value="Tetum"' in again
    reception.post(check)
    person = Participant.objects.get()
    assert (person.readiness.language, person.readiness.language_words) == ("other", "Tetum")
    assert (person.readiness.interpreter_needed, person.readiness.camera) == (True, False)
    assert (person.readiness.device, person.readiness.level) == ("tablet", "")
    slots = [(0, "morning"), (2, "evening"), (4, "morning")]
    assert list(person.availability.order_by("weekday").values_list("weekday", "part")) == slots
    assert (person.equality.ethnic_category, person.equality.source) == ("Z", "referrer")
    goal = person.goals.get()
    assert (goal.words, goal.domain, goal.told_to) == (
        "Walk to the shop\nwith Róisín",
        "independence",
        cast.receptionist,
    )
    assert (person.emergency_contact.phone, person.emergency_contact.consent) == ("+447700900456", True)
    assert not ReferralDraft.objects.exists()


def test_it_is_given_back_on_the_referrals_page_as_it_was_sent(reception, cast):
    check, more = filled(reception)
    reception.post(f"{more}?check", MORE)
    reception.post(check)
    referral = Referral.objects.get()
    readiness.save(person=referral.participant, changes={"camera": True}, by=cast.officer, now=NOW)
    page = reception.get(f"/referrals/{referral.reference}/").content.decode()
    sent = page[page.index("<h3>More details</h3>") :]
    for label, value in (
        ("Language", "Tetum"),
        ("Can join", "Mornings: Monday, Friday; Evenings: Wednesday"),
        ("Camera", "No"),
        ("Emergency contact", "Finn O’Neill, 07700 900456"),
        ("Ethnic group", "Prefer not to say"),
    ):
        assert re.search(rf">{label}</dt><dd[^>]*>{value}</dd>", sent), label
    with pytest.raises(InternalError, match="is not changed"), transaction.atomic():
        Referral.objects.update(told_more=[["Camera", "Yes"]])
    Referral.objects.update(told_more=None)  # erased, or from before it was kept
    page = reception.get(f"/referrals/{referral.reference}/").content.decode()
    assert re.search(r">More details</dt><dd[^>]*>Not available</dd>", page)


def test_a_referral_without_it_says_nothing_of_it(reception):
    check, _ = filled(reception)
    reception.post(check)
    page = reception.get(f"/referrals/{Referral.objects.get().reference}/").content.decode()
    assert "<h3>More details</h3>" not in page


def test_of_somebody_known_only_what_was_unknown_is_added(reception, cast):
    person = PersonFactory(
        practice=cast.riverbank,
        nhs_number="9990000018",
        date_of_birth=Participant._meta.get_field("date_of_birth").to_python("1958-03-27"),
        postcode="GL1 2AB",
        email="aoife@home.example",
    )
    readiness.save(person=person, changes={"language": "pl", "camera": True}, by=cast.officer, now=NOW)
    readiness.change_times(person=person, add=[(6, "afternoon")], remove=[], by=cast.officer, now=NOW)
    check, more = filled(reception)
    reception.post(more, MORE)
    reception.post(check)
    row = Readiness.objects.get()
    assert (row.language, row.language_words, row.camera, row.device) == ("pl", "", True, "tablet")
    assert list(Availability.objects.values_list("weekday", "part")) == [(6, "afternoon")]
    assert Goal.objects.get().participant == person


@pytest.mark.parametrize(
    ("typed_in", "said"),
    [
        ({"more_language": "other"}, "Enter which language it is"),
        ({"more_language_words": "Tetum"}, "Choose “Another language”"),
        ({"more_contact_name": "Finn"}, "Enter a phone number for the emergency contact"),
        ({"more_contact_phone": "ring me", "more_contact_name": "Finn"}, "Enter a phone number, like"),
        ({"more_contact_relation": "Son"}, "Enter the name of the emergency contact"),
        ({"more_domain": "daily"}, "Enter what matters to them"),
        ({"more_goal": "x" * 501}, "must be 500 characters or fewer"),
        ({"more_morning": ["9"]}, "from the list"),
        ({"more_ethnic": "99"}, "from the list"),
        ({"more_device": "\u202e"}, "from the list"),
    ],
)
def test_bad_input_is_told_what_to_do_and_is_not_lost(reception, typed_in, said):
    check, more = filled(reception)
    answer = shown(reception, reception.post(more, typed_in))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    reception.post(more, typed_in | {"save": "1"})
    assert reception.get(check).url == f"{more}?mend"
    assert said in reception.get(f"{more}?mend").content.decode()
    assert reception.post(check).url == f"{more}?mend"
    assert not Referral.objects.exists()
    reception.post(more, {})
    assert reception.get(check).status_code == 200


def test_a_dead_sign_in_loses_nothing_of_it(reception, cast):
    check, more = filled(reception)
    reception.get(more)
    reception.cookies.pop("sessionid")
    assert reception.post(more, MORE).url.startswith("/sign-in/")
    assert ReferralDraft.objects.get().typed["more_goal"] == ["Walk to the shop\nwith Róisín"]


def test_a_stop_brings_it_back(reception):
    check, more = filled(reception)
    reception.post(more, MORE)
    key = check.split("/")[3]
    stop = typed(safety_cauda_equina=["legs"])
    own = {box: value for box, value in stop.items() if submission_forms.PAGES["safety"].asks(box)}
    page = reception.post(f"/referrals/new/{key}/safety/", own).content.decode()
    assert 'name="more_language_words" value="Tetum"' in page
    assert not ReferralDraft.objects.exists()


def test_every_answer_of_every_page_fits_into_a_draft(cast):
    """A draft keeps so many boxes; the page that comes last must not be cut off."""
    boxes = 0
    for page in submission_forms.EVERY.values():
        form = page(user=cast.neighbour, now=NOW, typed={})
        boxes += sum(3 if hasattr(field, "PARTS") else 1 for field in form.fields.values())
    assert boxes + len(["organisation", "suggested", "seen_alike"]) <= drafts.MOST_ANSWERS


def test_somebody_elses_draft_is_not_shown_on_it(reception, cast):
    check, more = filled(reception)
    reception.post(more, MORE)
    other = sign_in(Client(), cast.lead)
    assert "Tetum" not in other.get(more).content.decode()
    assert other.get(f"/referrals/new/{uuid4()}/more/").status_code == 200
    assert sign_in(Client(), cast.officer).get(more).status_code == 403


def test_the_happy_path_still_sends_without_it(reception):
    assert send(reception, typed()).status_code == 302
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["a\0b", "9" * 5000, "-1", "٣", "<script>\"'", "\u202e\u2028😀", "name@\ud7ff"]
)
def test_nonsense_in_every_box_is_no_fault_of_ours(reception, text):
    check, more = filled(reception)
    reception.raise_request_exception = False
    for typed_in in (dict.fromkeys(MORE, text), *({box: text} for box in MORE)):
        for way in ({}, {"save": "1"}, {"back": "1"}):
            assert reception.post(more, typed_in | way).status_code < 500
        for address in (more, f"{more}?mend", check):
            assert reception.get(address).status_code < 500
