"""Whom we write to without an account, when, and what officers check of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import CLINICIAN
from accounts.tests.factories import MembershipFactory, UserFactory
from core import work_queue
from core.errors import Refused
from itsyourmove.retention import services as retention
from messaging.content import rendering
from messaging.delivery import worker
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.personal_links import links
from referrals import safety
from referrals.clinician_link import services
from referrals.models import ClinicianLink, Confirmation, Referral, RegisteredClinician
from referrals.screening import clinician_requests, eligibility
from referrals.screening import services as screening
from referrals.screening.clinician_addresses import needs_no_check
from referrals.tests.clinician_link.named import EMAIL, FOREIGN, LEFT, NAME, code_in, left_to, link_of
from referrals.tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def left(cast):
    return left_to(organisation=cast.riverbank, by=cast.receptionist)


def mails(referral) -> list[str]:
    asked = referral.confirmations.values_list("pk", flat=True)
    found = Message.objects.about("confirmation", *asked).filter(kind__startswith="clinician_link")
    return list(found.order_by("pk").values_list("kind", flat=True))


def panel(name: str, now=NOW):
    return {each.name: each.load for each in work_queue.registered()}[name](now, 8)


def answered(referral, *, number: str = "1234567", now=LATER, **changed: object):
    left = {code: [] for code in screening.unanswered_lists(referral)}
    return services.answer(
        link=link_of(referral, now),
        answers=changed.pop("answers", left),
        assessed=False,
        name=NAME,
        profession="gp",
        register="gmc",
        number=number,
        now=now,
    )


# --- The mail ------------------------------------------------------------------------------------------------


def test_the_clinician_is_written_to_by_reference_alone(left, cast):
    services.write_to_clinicians(now=NOW)
    message = Message.objects.get(kind="clinician_link")
    assert kinds.address_at_organisation(message) == worker._address_of(message) == EMAIL
    mail = rendering.render_message(message, NOW)
    link = ClinicianLink.objects.get()
    assert f"/a/{link.token}/" in mail.text
    assert link.token not in mail.copy
    assert "Answer the safety questions</a>" in mail.html
    assert f"Sam O’Brien at {cast.riverbank.name} sent referral {left.reference}" in mail.text
    for private in ("Aoife", "O’Neill", "A.O", "1958", "pain", "GL1"):
        assert private not in mail.text + mail.subject, private
    assert link.expires_at == NOW + 21 * DAY


def test_reminders_after_2_and_5_working_days_and_none_twice(left):
    for days in (0, 0, 1, 2, 2, 4, 7, 7, 20):
        services.write_to_clinicians(now=NOW + days * DAY)
    assert mails(left) == ["clinician_link", "clinician_link_nudge", "clinician_link_nudge"]
    assert ClinicianLink.objects.count() == 1


def test_who_has_an_account_gets_no_link(left, cast):
    MembershipFactory(
        user=UserFactory(email=EMAIL), organisation=cast.riverbank, role=CLINICIAN, profession="gp"
    )
    services.write_to_clinicians(now=NOW)
    assert mails(left) == []


def test_nothing_goes_once_answered_replaced_or_ended(left, cast):
    services.write_to_clinicians(now=NOW)
    message = Message.objects.filter(kind="clinician_link")
    due = kinds.get("clinician_link").still_due(NOW)
    assert message.filter(due).exists()
    screening.ask_clinician(referral=left, name="Dr Lee", email=FOREIGN, by=cast.receptionist, now=NOW)
    assert not message.filter(due).exists()
    other = left_to(organisation=cast.riverbank, by=cast.receptionist, given_name="Bo", nhs_number="")
    answered(other)
    assert not Message.objects.filter(kind="clinician_link").filter(due).exists()


def test_a_referral_that_ended_closes_the_link(left, cast):
    link = link_of(left)
    Referral.objects.filter(pk=left.pk).update(status="withdrawn")
    assert not ClinicianLink.objects.open(NOW).exists()
    link = ClinicianLink.objects.get(pk=link.pk)
    assert not link.is_live(NOW)
    with pytest.raises(services.NotOpen):
        services.send_code(link=link, now=NOW)


# --- The address ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "known"),
    [
        (EMAIL, True),
        ("Ruth.OBrien@NHS.net", True),
        (FOREIGN, False),
        ("ruth@evil-riverbank.example", False),
        ("ruth@riverbank.example.evil.example", False),
        ("ruth@mail.nhs.net.example", False),
        ("sam.o'brien@riverbank.example", False),  # the sender's own
        ("lee@riverbank.example", False),  # a colleague who is no clinician there
        ("nic@hilltop.example", False),  # another practice's
    ],
)
def test_which_addresses_need_no_check(cast, email, known):
    sender = cast.receptionist.email
    assert needs_no_check(email, organisation=cast.riverbank, sender=sender) is known


def test_a_colleague_at_a_public_mailbox_makes_it_nobodys_domain(cast):
    MembershipFactory(user=UserFactory(email="kim@gmail.com"), organisation=cast.riverbank)
    assert not needs_no_check("ruth@gmail.com", organisation=cast.riverbank, sender="x@riverbank.example")


def test_a_foreign_address_waits_for_an_officers_call(cast):
    referral = left_to(organisation=cast.riverbank, by=cast.receptionist, email=FOREIGN)
    services.write_to_clinicians(now=NOW)
    assert mails(referral) == []
    count, (row,) = panel("clinician_addresses")
    assert count == 1
    assert "We have not emailed them" in row.detail
    asked = referral.confirmations.get()
    services.address_checked(confirmation=asked, by=cast.officer, now=NOW + DAY)
    services.write_to_clinicians(now=NOW + DAY)
    assert mails(referral) == ["clinician_link"]
    assert panel("clinician_addresses")[0] == 0
    asked.refresh_from_db()
    assert (asked.address_checked_by, asked.address_checked_at) == (cast.officer, NOW + DAY)
    with pytest.raises(services.NothingToCheck):
        services.address_checked(confirmation=asked, by=cast.officer, now=NOW)


def test_the_senders_own_address_is_refused(left, cast):
    with pytest.raises(screening.OwnAddress):
        screening.ask_clinician(
            referral=left, name="Me", email=cast.receptionist.email.upper(), by=cast.receptionist, now=NOW
        )


# --- What opens the link -------------------------------------------------------------------------------------


def test_five_codes_an_hour_and_only_the_last_works(left, settings):
    link = link_of(left)
    for minute in range(5):
        services.send_code(link=link, now=NOW + timedelta(minutes=minute))
    with pytest.raises(services.ManyCodes):
        services.send_code(link=link, now=NOW + timedelta(minutes=6))
    services.send_code(link=link, now=NOW + timedelta(hours=1))
    codes = Message.objects.filter(kind="clinician_code").order_by("-pk")
    assert [message.state for message in codes] == ["pending", *["cancelled"] * 5]
    assert all(message.secret is None for message in codes[1:])


def test_a_code_is_hashed_expires_and_ends_after_three_wrong_ones(left):
    link = link_of(left)
    services.send_code(link=link, now=NOW)
    code = code_in(link)
    link.refresh_from_db()
    assert code not in link.code_hash
    assert not services.is_code(link=link, typed=code, now=NOW + timedelta(minutes=15))
    for _ in range(3):
        assert not services.is_code(link=link, typed="BCDF-GHJK", now=NOW)
    assert not services.is_code(link=link, typed=code, now=NOW), "three wrong ones end it"
    services.send_code(link=link, now=NOW)
    code = code_in(link)
    assert services.is_code(link=link, typed=code.lower().replace("-", " "), now=NOW)
    assert not services.is_code(link=link, typed=code, now=NOW), "it works once"
    assert not services.is_code(link=link, typed="", now=NOW)


@pytest.mark.parametrize("wrong", [{"last_name": "Smith"}, {"date_of_birth": NOW.date()}])
def test_a_wrong_pair_is_counted_by_the_same_statements(left, wrong):
    link = link_of(left)
    pair = {"date_of_birth": left.told_date_of_birth, "last_name": left.told_family_name}
    with CaptureQueriesContext(connection) as right:
        assert services.is_match(link=link, now=NOW, **pair)
    with CaptureQueriesContext(connection) as other:
        assert not services.is_match(link=link, now=NOW, **pair | wrong)
    shape = [query["sql"].split(" ", 1)[0] for query in right]
    assert shape == [query["sql"].split(" ", 1)[0] for query in other]
    for _ in range(4):
        services.is_match(link=link, now=NOW, **pair | wrong)
    with pytest.raises(services.NotOpen):
        services.is_match(link=link, now=NOW, **pair)
    assert panel("clinician_links_closed")[0] == 1


def test_the_database_keeps_the_count_and_the_closing_together(left):
    link = link_of(left)
    for values in ({"wrong_pairs": 5}, {"closed_at": NOW}, {"wrong_pairs": 6, "closed_at": NOW}):
        with pytest.raises(IntegrityError, match="clinician_link_closed_at_five"), transaction.atomic():
            ClinicianLink.objects.filter(pk=link.pk).update(**values)


# --- The answers, and who gave them --------------------------------------------------------------------------


def test_answers_wait_for_an_officer_who_confirms_the_clinician_once(left, cast):
    answered(left)
    assert screening.unanswered_lists(left) == []
    assert eligibility.blockers(left) == ["The clinician’s answers are not confirmed yet."]
    assert Referral.objects.filter(eligibility.barred(), pk=left.pk).exists()
    asked = left.confirmations.get()
    assert (asked.confirmed_by, asked.said_name, asked.said_number) == (None, NAME, "1234567")
    assert {answer.answerer for answer in screening.latest_answers(left).values()} == {NAME, "Sam O’Brien"}
    assert panel("clinicians_to_confirm")[0] == 1
    services.confirm_clinician(confirmation=asked, by=cast.officer, now=NOW)
    assert eligibility.blockers(left) == []
    assert panel("clinicians_to_confirm")[0] == 0
    with pytest.raises(services.NothingToCheck):
        services.confirm_clinician(confirmation=asked, by=cast.officer, now=NOW)
    later = left_to(organisation=cast.riverbank, by=cast.receptionist, given_name="Bo", now=NOW + DAY)
    answered(later, now=LATER + DAY)
    assert eligibility.blockers(later) == [], "a later referral of the same clinician counts at once"


@pytest.mark.parametrize("other", ["number", "practice"])
def test_another_number_or_practice_is_another_clinician(left, cast, other):
    answered(left)
    services.confirm_clinician(confirmation=left.confirmations.get(), by=cast.officer, now=NOW)
    practice = cast.hilltop if other == "practice" else cast.riverbank
    sender = cast.neighbour if other == "practice" else cast.receptionist
    referral = left_to(organisation=practice, by=sender, given_name="Bo")
    Confirmation.objects.filter(referral=referral).update(
        address_checked_at=NOW, address_checked_by=cast.officer
    )
    answered(referral, number="7654321" if other == "number" else "1234567")
    assert eligibility.blockers(referral) == ["The clinician’s answers are not confirmed yet."]
    assert RegisteredClinician.objects.count() == 1


def test_a_list_that_stops_puts_the_hold_on_as_for_anybody(left):
    ticks = {code: [] for code in screening.unanswered_lists(left)}
    led = answered(left, answers=ticks | {"contraindications": [safety.ABSOLUTE.items[0].code]})
    assert led.stops
    assert screening.has_hold(left)


def test_said_by_is_whole_or_nothing_and_never_beside_a_user(left, cast):
    asked = Confirmation.objects.filter(referral=left)
    for values in (
        {"confirmed_at": NOW},
        {"said_name": "Dr Who"},
        {"confirmed_at": NOW, "said_name": "Dr Who"},
        {"confirmed_at": NOW, "confirmed_by": cast.lead, "said_name": "Dr Who"},
    ):
        with pytest.raises(IntegrityError, match="confirmation_by_a_user_or_said_by"), transaction.atomic():
            asked.update(**values)


def test_an_answer_is_not_taken_twice_or_after_the_end(left):
    link = link_of(left)
    answered(left)
    with pytest.raises(Refused):
        services.answer(
            link=ClinicianLink.objects.get(pk=link.pk), answers=LEFT, assessed=False, name=NAME, profession="gp",
            register="gmc", number="1234567", now=LATER,
        )  # fmt: skip
    assert left.safety_answers.filter(said_in__isnull=False).count() == 3


def test_an_officer_opens_a_closed_link_again(left, cast):
    link = link_of(left)
    for _ in range(5):
        services.is_match(link=link, date_of_birth=NOW.date(), last_name="x", now=NOW)
    services.write_to_clinicians(now=NOW + 2 * DAY)
    assert mails(left) == ["clinician_link"], "no reminder while it is closed"
    services.open_again(link=link, by=cast.officer, now=NOW)
    assert services.is_match(
        link=link, date_of_birth=left.told_date_of_birth, last_name=left.told_family_name, now=NOW
    )
    with pytest.raises(services.NothingToCheck):
        services.open_again(link=link, by=cast.officer, now=NOW)


def test_a_patient_of_whom_nothing_is_known_any_more_gets_no_link(left):
    Referral.objects.filter(pk=left.pk).update(told_date_of_birth=None)
    services.write_to_clinicians(now=NOW)
    assert not ClinicianLink.objects.exists()


def test_the_sweep_asks_no_more_for_more_links(cast):
    def statements(count: int) -> int:
        for number in range(count):
            left_to(organisation=cast.riverbank, by=cast.receptionist, given_name=f"Bo{chr(97 + number)}")
        services.write_to_clinicians(now=NOW)
        with CaptureQueriesContext(connection) as asked:
            services.write_to_clinicians(now=NOW)
            list(panel("clinician_addresses")[1])
        return len(asked)

    assert statements(1) == statements(4)
    assert clinician_requests.waiting().count() == 5


def test_links_end_after_a_restore_and_codes_at_night(left):
    assert ClinicianLink in links.tables()
    link = link_of(left)
    services.send_code(link=link, now=NOW)
    for minutes, there in ((14, True), (15, False)):
        retention.keep_to_time(now=NOW + timedelta(minutes=minutes))
        link.refresh_from_db()
        assert bool(link.code_hash) is there


def test_an_officer_who_names_the_clinician_is_not_said_to_have_sent_the_referral(left, cast):
    screening.ask_clinician(referral=left, name="Dr Lee", email="lee@nhs.net", by=cast.officer, now=NOW)
    services.write_to_clinicians(now=NOW)
    message = Message.objects.get(kind="clinician_link")
    text = rendering.render_message(message, NOW).text
    assert text.startswith("Hello Dr Lee,\n\nSam O’Brien at Riverbank Surgery sent referral")
