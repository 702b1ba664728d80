"""The referral given back to whoever sent it: all that was sent, corrected where it is wrong, and what is true now."""

import pytest
from django.utils import timezone

from participants.models import ReportedDifference
from referrals import safety, status_changes
from referrals.models import Note, Referral
from referrals.screening import services as screening
from referrals.statuses import Status
from referrals.tests.factories import NOW, send, submitted, typed
from referrals.tracking.record import for_record

pytestmark = pytest.mark.django_db


def page_of(client, referral) -> str:
    return client.get(f"/referrals/{referral.reference}/").content.decode()


def test_everything_that_was_sent_is_on_the_page(reception, cast):
    answers = {each.code: [] for each in safety.QUESTION_SETS}
    answers["conversation"] = [safety.CONVERSATION.items[0].code]
    referral = submitted(
        organisation=cast.riverbank, by=cast.receptionist, phone="+447700900123", nhs_number="9990000018",
        needs=["bsl"], note="Best before noon.", message_safe=False, answers=answers, practice=cast.hilltop,
    )  # fmt: skip
    page = page_of(reception, referral)
    for words in (
        "07700 900123", "aoife@home.example", "GL1 2AB", "999 000 0018", "Hilltop Practice",
        "British Sign Language interpreter needed", "Best before noon.", safety.CONVERSATION.items[0].words,
        "None of these apply", "16 February 2026", "Sam O’Brien for Dr Ruth O",
    ):  # fmt: skip
        assert words in page, words


def test_no_fixed_abode_is_taken_for_a_postcode_and_read_in_words_by_both_sides(reception, office, cast):
    sent = send(reception, typed(postcode="No fixed abode"))
    referral = Referral.objects.get()
    assert sent.url.endswith("/sent/")
    assert (referral.told_postcode, referral.participant.postcode) == ("ZZ99 3VZ", "ZZ99 3VZ")
    words = "No fixed abode (ZZ99 3VZ)"
    assert words in page_of(reception, referral)
    assert words in office.get(f"/admin/referrals/referral/{referral.pk}/change/").content.decode()
    for page in ("", f"{referral.participant_id}/change/"):
        assert words in office.get(f"/admin/participants/participant/{page}").content.decode()


def test_what_another_organisation_told_of_the_person_is_not_there(reception, cast):
    number = {"nhs_number": "9990000018"}
    ours = submitted(organisation=cast.riverbank, by=cast.receptionist, **number)
    submitted(
        organisation=cast.hilltop, by=cast.neighbour, needs=["bsl"], phone="+447700900999", **number,
    )  # fmt: skip
    page = page_of(reception, ours)
    for words in ("British Sign Language", "900999", "Hilltop"):
        assert words not in page


def test_a_correction_is_a_note_and_a_difference_and_the_referral_has_it_at_once(reception, cast):
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist, phone="+447700900123")
    address = f"/referrals/{referral.reference}/correct/"
    sent = {"phone": "07700 900124", "email": "aoife@home.example", "postcode": "gl12ac"}
    assert 'value="07700 900123"' in reception.get(address).content.decode()
    for _ in range(2):  # pressed twice it is one
        assert reception.post(address, sent).status_code == 302
    assert Note.objects.get().words == "Corrected phone number: 07700 900124\nCorrected postcode: GL1 2AC"
    assert set(ReportedDifference.objects.values_list("field", "value")) == {
        ("phone", "+447700900124"),
        ("postcode", "GL1 2AC"),
    }
    referral.refresh_from_db()
    assert (referral.told_phone, referral.told_postcode) == ("+447700900124", "GL1 2AC")
    assert referral.participant.phone == "+447700900123"
    answer = reception.post(address, {**sent, "phone": "", "postcode": "nowhere"})
    assert set(answer.context["form"].errors) == {"phone", "postcode"}
    Referral.objects.update(status=Status.WITHDRAWN)
    assert "this referral has ended" in reception.get(address).content.decode().lower()
    reception.post(address, {**sent, "phone": "07700 900125"})
    assert Note.objects.count() == 1


def test_the_words_for_the_record_are_true_now(cast):
    def record(*path: str, **last: object) -> str:
        referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
        for number, status in enumerate(path, start=1):
            Referral.objects.filter(pk=referral.pk).update(opted_in_at=NOW)
            facts = last if number == len(path) else {}
            status_changes.move(referral=referral, to=status, by=cast.officer, now=NOW, **facts)
        found = for_record(Referral.objects.with_attendance_told().get(pk=referral.pk))
        Referral.objects.filter(pk=referral.pk).update(
            status=Status.ENTERED_IN_ERROR
        )  # one in the programme at once
        return f"{found.words} {found.code}"

    waiting = (Status.ACCEPTED, Status.WAITING)
    active = (*waiting, Status.ENROLLED, Status.ACTIVE)
    day = "16 February 2026"
    assert "390893007" in record()
    assert record().count(day) == 1
    assert f"Accepted {day}. On the waiting list. 390893007" in record(*waiting)
    for path, facts, words in (
        (
            (Status.WITHDRAWN,),
            {"reason": "not_wanted"},
            f"Referral withdrawn, {day}. Reason: No longer wanted.",
        ),
        ((Status.DECLINED,), {"reason": "age"}, f"Referral not accepted, {day}. Reason: Age."),
        (active, {}, f"Started: first session attended by {day}."),
        (
            (*active, Status.FINISHED_BELOW_TARGET),
            {"attended": 4, "out_of": 10},
            f"Finished the programme, {day}. Attended 4 of 10 sessions.",
        ),
        (
            (*active, Status.COMPLETED),
            {"words": "Attended 8 of 10 sessions."},
            f"Completed the programme, {day}. Attended 8 of 10 sessions.",
        ),
        ((Status.ENTERED_IN_ERROR,), {}, f"Entered in error, {day}"),
    ):
        said = record(*path, **facts)
        assert words in said
        assert "390893007" not in said, words


def test_after_the_clinician_has_answered_everybody_sees_that_and_only_the_clinician_what(
    reception, cast, django_user_model
):
    left = {each.code: [safety.NOT_CLINICIAN] for each in safety.QUESTION_SETS}
    referral = submitted(
        organisation=cast.riverbank, by=cast.receptionist, answers=left,
        clinician_name="Dr Ruth Ellis", clinician_email=cast.lead.email,
    )  # fmt: skip
    page = page_of(reception, referral)
    assert "Safety questions left to Dr Ruth Ellis" in page
    assert page.count("Waiting for the clinician") == len(safety.QUESTION_SETS)
    item = safety.CONVERSATION.items[0]
    given = {each.code: [] for each in safety.QUESTION_SETS} | {"conversation": [item.code]}
    screening.confirm(
        confirmation=referral.confirmations.get(), answers=given, assessed=False, by=cast.lead,
        answered_as="gp", now=timezone.now(),
    )  # fmt: skip
    page = page_of(reception, referral)
    assert f"<strong>Safety questions answered</strong> by {cast.lead.name}" in page
    assert item.words not in page
    assert "Only the patient’s clinician can see the answer" in page
    assert "Safety questions answered" in reception.get("/referrals/").content.decode()
