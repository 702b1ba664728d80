"""The referrer's pages over HTTP: who sees what, what bad input gives back, how many queries they need."""

import re
from datetime import date, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.tests.factories import MembershipFactory, OrganisationFactory, sign_in
from participants.models import Participant
from participants.needs import services as needs
from referrals import safety
from referrals.models import Referral, ReferralDraft, SafetyStop
from referrals.search import FILTERS
from referrals.statuses import Reason, Status
from referrals.submission.forms import PAGES
from referrals.tests.factories import ReferralFactory, send, submitted, typed
from referrals.triage import services as triage

pytestmark = pytest.mark.django_db
NEW, LIST = "/referrals/new/", "/referrals/"


@pytest.fixture
def referral(cast) -> Referral:
    return submitted(
        organisation=cast.riverbank, by=cast.receptionist, given_name="Ríona", nhs_number="9990000018"
    )


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return response.context["form"].errors


def test_a_person_can_look_at_their_own_alone(reception, cast):
    submitted(organisation=cast.riverbank, by=cast.receptionist, given_name="Mine")
    submitted(organisation=cast.riverbank, by=cast.lead, given_name="Colleagues")
    page = reception.get(f"{LIST}?mine=1").content.decode()
    assert "Mine" in page
    assert "Colleagues" not in page
    assert reception.get(f"{LIST}?mine=1&show=completed").context["page"].paginator.count == 0


# --- Sending -------------------------------------------------------------------------------------------------


def test_a_referral_is_sent_and_confirmed(reception, cast):
    response = send(reception, typed())
    referral = Referral.objects.select_related("participant").get()
    person = referral.participant
    assert response.url == f"/referrals/{referral.reference}/sent/"
    assert (person.phone, person.postcode, person.nhs_number) == ("+447700900123", "GL1 2AB", "9990000018")
    assert (person.practice, person.message_safe, person.preferred_contact) == (cast.riverbank, True, "email")
    assert (referral.agreed_on, referral.referrer_name) == (timezone.localdate(), "Dr Ruth O'Brien")
    page = reception.get(response.url)
    shown = " ".join(page.content.decode().split())
    assert f"reference {referral.reference}. SNOMED CT 390893007" in re.sub(r"<[^>]+>", "", shown)
    assert "no-store" in page["Cache-Control"]


def test_each_new_referral_has_a_key_of_its_own_and_writes_nothing_yet(reception):
    first, second = reception.get(NEW), reception.get(NEW)
    assert first.url != second.url
    assert reception.get(first.url).status_code == 200
    assert not ReferralDraft.objects.exists()


def test_a_second_press_shows_the_same_confirmation(reception):
    form = typed()
    first, second = send(reception, form), send(reception, form)
    assert first.url == second.url
    check = f"/referrals/new/{form['submission_key']}/check/"
    assert reception.post(check).url == reception.get(check).url == first.url
    assert Referral.objects.count() == 1


def test_going_back_from_a_sent_referral_changes_nothing(reception):
    form = typed()
    sent = send(reception, form)
    page = f"/referrals/new/{form['submission_key']}/patient/"
    assert reception.get(page).url == sent.url
    assert reception.post(page, form | {"given_name": "Sinéad"}).url == sent.url
    assert Participant.objects.get().given_name == "Aoife"


def test_the_answers_are_shown_before_they_are_sent_and_each_can_be_changed(reception, cast):
    form = typed(safety_conversation=["falls"])
    key = form["submission_key"]
    for name, page in PAGES.items():
        reception.post(f"/referrals/new/{key}/{name}/", {box: v for box, v in form.items() if page.asks(box)})
    shown = reception.get(f"/referrals/new/{key}/check/").content.decode()
    for words in (
        "O’Neill",
        "27 March 1958",
        "999 000 0018",
        "07700 900123",
        "A fall in the last year",
        "GL1 2AB",
    ):
        assert words in shown
    change = f"/referrals/new/{key}/safety/?check"
    assert change in shown
    assert f'action="{change}"' in reception.get(change).content.decode()
    own = {box: value for box, value in typed().items() if PAGES["safety"].asks(box)}
    assert reception.post(change, own).url == f"/referrals/new/{key}/check/"
    shown = reception.get(f"/referrals/new/{key}/check/").content.decode()
    assert "A fall in the last year" not in shown, "a tick that is taken back is gone"
    assert not Referral.objects.exists()


def test_what_is_missing_leads_to_its_page_and_what_is_no_longer_right_says_why(reception):
    form = typed()
    key = form["submission_key"]
    person = {box: value for box, value in form.items() if PAGES["patient"].asks(box)}
    reception.post(f"/referrals/new/{key}/patient/", person)
    assert reception.get(f"/referrals/new/{key}/check/").url == f"/referrals/new/{key}/consent/"
    reception.post(f"/referrals/new/{key}/patient/", person | {"email": "no address", "save": "1"})
    led = reception.get(f"/referrals/new/{key}/check/").url
    assert led == f"/referrals/new/{key}/patient/?mend"
    assert "correct format" in reception.get(led).content.decode()


def test_a_draft_with_a_tick_that_stops_does_not_pass_the_last_page(reception):
    form = typed()
    key = form["submission_key"]
    for name in ("patient", "consent"):
        reception.post(
            f"/referrals/new/{key}/{name}/", {b: v for b, v in form.items() if PAGES[name].asks(b)}
        )
    own = {b: v for b, v in typed(safety_cauda_equina=["legs"]).items() if PAGES["safety"].asks(b)}
    reception.post(f"/referrals/new/{key}/safety/", own | {"save": "1"})
    answer = reception.post(f"/referrals/new/{key}/check/")
    assert "Call 999" in answer.content.decode()
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"safety_cauda_equina": ["bladder"]}, {"safety_contraindications": ["fever", "other"]}]
)
def test_a_safety_list_stops_even_where_other_answers_are_missing(reception, cast, changed):
    response = send(reception, typed(safety_red_flags=None, **changed))
    assert "No referral was made" in response.content.decode()
    stop = SafetyStop.objects.get()
    assert (stop.organisation, stop.by, stop.ticked) == (
        cast.riverbank,
        cast.receptionist,
        next(iter(changed.values())),
    )
    assert not Referral.objects.exists()
    assert not Participant.objects.exists()


@pytest.mark.parametrize("said", ["none", "", None, "nonsense", ["none", "none"], ["some", "none"]])
@pytest.mark.parametrize("ticks", [["legs"], ["legs", "a sign of the list before this one"]])
def test_a_ticked_emergency_sign_counts_whatever_is_chosen_above_it(reception, said, ticks):
    form = typed() | {"safety_cauda_equina": said, "safety_cauda_equina_which": ticks}
    if said is None:
        del form["safety_cauda_equina"]
    response = send(reception, form)
    assert "Call 999" in response.content.decode()
    assert SafetyStop.objects.get().ticked == ["legs"]
    assert not Referral.objects.exists()


@pytest.mark.parametrize("said", ["none", "not_clinician"])
@pytest.mark.parametrize("name", ["contraindications", "red_flags", "conversation"])
def test_none_beside_ticks_is_asked_again_with_the_ticks_on_the_page(reception, name, said):
    form = typed(clinician_name="Dr Ann Lee", clinician_email="ann@hilltop.example", safety_assessed="on")
    item = safety.BY_CODE[name].items[0]
    form |= {f"safety_{name}": said, f"safety_{name}_which": [item.code]}
    response = send(reception, form)
    told = errors(response)[f"safety_{name}"]
    assert len(told) == 1
    assert f"but this is ticked: {item.words}. Untick it, or" in told[0]
    shown = response.content.decode()
    assert re.search(rf'value="{item.code}" checked', shown.split(f'name="safety_{name}_which"', 1)[1])
    assert re.search(rf'name="safety_{name}" type="radio" value="{said}" checked', shown)
    assert not SafetyStop.objects.exists()
    assert not Referral.objects.exists()


def test_a_kept_draft_with_none_and_an_emergency_sign_does_not_pass_the_last_page(reception):
    form = typed() | {"safety_cauda_equina_which": ["legs"]}
    key = form["submission_key"]
    for name, page in PAGES.items():
        own = {box: value for box, value in form.items() if page.asks(box)}
        reception.post(f"/referrals/new/{key}/{name}/", own | {"save": "1"})
    address = f"/referrals/new/{key}/check/"
    assert "Severe or increasing leg weakness" in reception.get(address).content.decode()
    assert "Call 999" in reception.post(address).content.decode()
    assert not Referral.objects.exists()


def test_emergency_signs_say_999_and_the_other_list_does_not(reception):
    emergency = send(reception, typed(safety_cauda_equina=["saddle"])).content.decode()
    assert "Call 999, or send the patient to A&amp;E straight away." in emergency
    other = send(reception, typed(safety_contraindications=["fever"])).content.decode()
    assert "999, or" not in other


def test_the_way_back_from_a_stop_keeps_every_answer_and_complains_about_none(reception):
    form = typed(safety_cauda_equina=["saddle"], clinician_email="nonsense")
    stopped = send(reception, form)
    assert not ReferralDraft.objects.exists()
    kept = {}
    for name, value in stopped.context["typed"]:
        kept.setdefault(name, []).append(value)
    page = f"/referrals/new/{form['submission_key']}"
    assert reception.post(f"{page}/safety/", kept | {"back": "1"}).url == f"{page}/safety/"
    back = reception.get(f"{page}/safety/").context["form"]
    assert not back.is_bound
    assert back["clinician_email"].value() == "nonsense"
    assert back["safety_cauda_equina_which"].value() == ["saddle"]
    person = reception.get(f"{page}/patient/").context["form"]
    assert person["date_of_birth"].value() == ["27", "3", "1958"]
    assert (
        reception.get(f"{page}/patient/").context["form"]["note"].value() == "Needs an interpreter (Irish)."
    )
    assert SafetyStop.objects.count() == 1


def test_somebody_who_works_for_two_organisations_says_for_which(cast):
    MembershipFactory(user=cast.receptionist, organisation=cast.hilltop)
    reception = sign_in(Client(), cast.receptionist)
    assert errors(send(reception, typed()))["organisation"] == ["Select your organisation"]
    response = send(reception, typed(organisation=str(cast.hilltop.pk), practice=""))
    assert response.status_code == 302
    referral = Referral.objects.get()
    assert (referral.organisation, referral.participant.practice) == (cast.hilltop, cast.hilltop)


def test_a_stop_does_not_wait_for_the_choice_of_an_organisation(cast):
    MembershipFactory(user=cast.receptionist, organisation=cast.hilltop)
    reception = sign_in(Client(), cast.receptionist)
    own = {b: v for b, v in typed(safety_cauda_equina=["legs"]).items() if PAGES["safety"].asks(b)}
    assert "Call 999" in reception.post(f"{NEW}{uuid4()}/safety/", own).content.decode()
    assert SafetyStop.objects.get().organisation is None


def test_nobody_refers_for_an_organisation_that_is_not_theirs(reception, cast):
    send(reception, typed(organisation=str(cast.hilltop.pk)))
    assert Referral.objects.get().organisation == cast.riverbank
    MembershipFactory(
        user=cast.receptionist, organisation=Organisation.objects.create(ods_code="Z99009", name="Third")
    )
    wrong = send(reception, typed(organisation=str(cast.hilltop.pk)))
    assert errors(wrong)["organisation"] == ["Select your organisation from the list"]


def test_a_body_that_is_not_a_practice_asks_for_the_practice(cast):
    body = Organisation.objects.create(
        ods_code="Z99010", name="Physio", kind=Organisation.Kind.OTHER_PRESCRIBER
    )
    cast.stranger.memberships.create(
        organisation=body, role="clinician_admin", started_at=cast.stranger.joined_at
    )
    reception = sign_in(Client(), cast.stranger)
    assert reception.get(NEW, follow=True).context["form"]["practice"].value() is None
    assert errors(send(reception, typed(practice="")))["practice"] == ["Enter the GP practice"]


@pytest.mark.parametrize(
    "practice", ["Z99002", "z99002", "Hilltop Practice", "hilltop", "Hilltop Practice (Z99002)"]
)
def test_a_practice_is_found_by_code_name_or_what_the_look_up_wrote(reception, cast, practice):
    assert send(reception, typed(practice=practice)).status_code == 302
    assert Participant.objects.get().practice == cast.hilltop


def test_closed_practices_are_not_offered(reception, cast):
    Organisation.objects.filter(pk=cast.hilltop.pk).update(ods_status="C", postcode="GL50 1AA")
    for practice in ("Z99002", "Hilltop Practice"):
        said = errors(send(reception, typed(practice=practice)))["practice"]
        assert said == ["Enter another practice. Hilltop Practice (Z99002) is not an open GP practice"]
    assert reception.get("/referrals/practices/", {"q": "hilltop"}).json() == NOTHING_FOUND


def test_a_practice_never_becomes_its_successor_in_silence(reception, cast):
    Organisation.objects.filter(pk=cast.hilltop.pk).update(ods_status="C", postcode="GL50 1AA")
    OrganisationFactory(name="Hilltop Practice and Partners", ods_code="Z99009", postcode="GL50 1AA")
    said = errors(send(reception, typed(practice="Hilltop Practice")))["practice"][0]
    assert said == (
        "Enter Z99009 if they are registered there. Hilltop Practice (Z99002) is not open. "
        "At its address is now Hilltop Practice and Partners (Z99009)"
    )
    assert not Referral.objects.exists()
    assert send(reception, typed(practice="Z99009")).status_code == 302


def test_the_example_in_an_error_is_one_that_is_found(reception, cast):
    said = errors(send(reception, typed(practice="No such place")))["practice"][0]
    example = re.search(r"like (\w+),", said)[1]
    assert send(reception, typed(practice=example)).status_code == 302


def test_the_look_up_shows_where_a_practice_is_and_the_nearest_first(reception, cast):
    Organisation.objects.filter(pk=cast.riverbank.pk).update(geography="QR1", postcode="GL5 1AA")
    street = "1 HIGH STREET"
    for code, geography, postcode, address in (
        ("Z90001", "QXX", "GL5 9ZZ", f"{street}, STROUD"),
        ("Z90002", "QR1", "BS1 1AA", f"{street}, BRISTOL, AVON"),
        ("Z90003", "QR1", "GL1 1AA", f"{street},BARTON, GLOUCESTER, GLOUCESTERSHIRE"),
        ("Z90004", "QR1", "GL5 2BB", "THE SURGERY, STONEHOUSE"),
    ):
        OrganisationFactory(
            ods_code=code, name="Elm Surgery", geography=geography, postcode=postcode, address=address
        )
    found = reception.get("/referrals/practices/", {"q": "elm surgery"}).json()["practices"]
    assert [(each["code"], each["town"]) for each in found] == [
        ("Z90004", "Stonehouse"), ("Z90003", "Gloucester"), ("Z90002", "Bristol"), ("Z90001", "Stroud"),
    ]  # fmt: skip
    branch = reception.get("/referrals/practices/", {"q": "z90004001"}).json()["practices"]
    assert [each["code"] for each in branch] == ["Z90004"]


def test_a_name_that_fits_two_practices_asks_for_the_code(reception, cast):
    Organisation.objects.filter(pk=cast.hilltop.pk).update(name="Riverbank Annexe")
    assert "More than one" in errors(send(reception, typed(practice="riverbank")))["practice"][0]


def test_test_numbers_are_refused_in_production(reception, settings):
    settings.REFUSE_TEST_NHS_NUMBERS = True
    assert "only for tests" in errors(send(reception, typed()))["nhs_number"][0]


def years_ago(years: int, *, days: int = 0) -> dict[str, str]:
    today = timezone.localdate()
    born = date(today.year - years, today.month, min(today.day, 28)) + timedelta(days=days)
    return {f"date_of_birth_{part}": str(getattr(born, part)) for part in ("day", "month", "year")}


def test_the_minimum_age_is_a_setting(reception, settings):
    assert "aged 18 or over" in errors(send(reception, typed(**years_ago(17))))["date_of_birth"][0]
    settings.MINIMUM_AGE = 16
    assert send(reception, typed(**years_ago(17))).status_code == 302


# --- Bad input -----------------------------------------------------------------------------------------------

WRONG = [
    ("given_name", "", "Enter the first name"),
    ("given_name", "x" * 101, "First name must be 100 characters or fewer"),
    ("family_name", "   ", "Enter the last name"),
    ("family_name", "O\u202eNeill", "Last name contains a hidden character"),
    ("given_name", "Mrs Brenda", "Enter the first name without a title: “Brenda”"),
    ("family_name", "Hudson (Mrs.)", "Enter the last name without a title: “Hudson”"),
    ("given_name", "HUDSON, Brenda (Mrs)", "Enter “Brenda” as the first name and “HUDSON” as the last name"),
    ("family_name", "Mrs Hudson, Brenda", "Enter “Brenda” as the first name and “Hudson” as the last name"),
    ("family_name", "Marsh, Liams", "Enter “Liams” as the first name and “Marsh” as the last name"),
    ("date_of_birth_month", "28", "Date of birth must include a month"),
    ("date_of_birth_day", "", "Date of birth must include a day"),
    ("date_of_birth_year", "58", "Date of birth must include a year with 4 numbers"),
    ("date_of_birth_year", "0001", "Date of birth must have a year between 1900"),
    ("date_of_birth_year", "9999", "Date of birth must have a year between 1900"),
    ("date_of_birth_year", "١٩٥٨", "Date of birth must include a year"),
    ("date_of_birth_day", "٢٧", "Date of birth must include a day"),
    ("date_of_birth_month", "Floreal", "Date of birth must include a month"),
    ("nhs_number", "999 000 0019", "Check each digit"),
    ("nhs_number", "111 111 1111", "Check each digit"),
    ("nhs_number", "٩٩٩٠٠٠٠٠١٨", "NHS number must have 10 digits"),
    ("nhs_number", "9" * 10_000, "NHS number must be 40 characters or fewer"),
    ("practice", "", "Enter the GP practice"),
    ("practice", "No such place", "No open GP practice was found"),
    ("practice", "Riverbank (Z99777)", "No open GP practice was found"),
    ("practice", "%", "No open GP practice was found"),
    ("phone", "ring me", "Enter a phone number, like"),
    ("phone", "٠٧٧٠٠٩٠٠١٢٣", "Enter a phone number, like"),
    ("email", "aoife@", "Enter an email address in the correct format"),
    ("email", "a@b.example,c@d.example", "Enter an email address in the correct format"),
    ("email", "a@b.example\r\nBcc: c@d.example", "Enter an email address in the correct format"),
    ("postcode", "GL1", "Enter a full UK postcode"),
    ("postcode", "", "Enter their postcode"),
    ("preferred_contact", "", "Select how we should contact them"),
    ("preferred_contact", "pigeon", "Select"),
    ("message_safe", None, "Select yes if it is safe to leave a message"),
    ("note", "x" * 2001, "The note must be 2000 characters or fewer"),
    ("pain_three_months", "", "Select yes if they have had pain"),
    ("pain_three_months", "no", "The programme is for people who have had pain for 3 months or more"),
    ("safety_cauda_equina", None, "Select whether any of the emergency signs apply"),
    (
        "safety_contraindications_which",
        ["diabetes"],
        "You chose “None of these apply”, but this is ticked: Unstable diabetes. Untick it, or choose “One or more",
    ),
    (
        "safety_red_flags_which",
        ["cancer", "immune"],
        "these are ticked: A history of cancer; Immunosuppression. Untick them, or choose “One or more of these apply”",
    ),
    ("safety_contraindications", "", "Select whether any of the conditions apply"),
    ("safety_contraindications", "some", "Tick the conditions that apply"),
    ("safety_contraindications", "nonsense", "Select conditions from the list"),
    ("safety_contraindications_which", ["nonsense"], "Select conditions from the list"),
    ("agreed", "", "Select if the patient has agreed"),
    ("agreed", "no", "You can only send this once the patient has agreed"),
    ("agreed", "earlier", "Enter the day they agreed"),
    ("referrer_name", "", "Enter the name of the health professional"),
    ("referrer_role", "receptionist", "Select the"),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_a_wrong_answer_is_explained_and_nothing_is_lost(reception, name, value, message):
    sent = typed(**{name: value})
    response = send(reception, sent)
    form = response.context["form"]
    told = [sentence for sentences in errors(response).values() for sentence in sentences]
    assert len(told) == 1
    assert message in told[0]
    assert form.data.getlist(name) == ([] if value is None else value if isinstance(value, list) else [value])
    page = next(page for page in PAGES.values() if page.asks(name))
    for other in {box for box in sent if page.asks(box)} - {name}:
        kept = sent[other] if isinstance(sent[other], list) else [sent[other]]
        assert form.data.getlist(other) == kept
    page = response.content.decode()
    assert "There is a problem" in page
    assert "<title>Error: " in page
    assert not Referral.objects.exists()


def test_no_help_needed_beside_a_ticked_need_is_asked_again(reception):
    code, words = needs.CHOICES[0]
    response = send(reception, typed(asked_needs="no", needs=[code]))
    assert errors(response)["asked_needs"] == [
        f"You chose “No”, but this is ticked: {words}. Untick it, or choose “Yes”"
    ]
    assert f'value="{code}" checked' in response.content.decode()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"phone": "", "email": ""}, "Enter a phone number or an email address"),
        ({"email": ""}, "Enter an email address, or choose to contact them by phone"),
        (
            {"phone": "", "preferred_contact": "phone"},
            "Enter a phone number, or choose to contact them by email",
        ),
    ],
)
def test_there_must_be_a_way_to_reach_the_person(reception, changed, message):
    told = errors(send(reception, typed(**changed)))
    assert [sentence for sentences in told.values() for sentence in sentences] == [message]


@pytest.mark.parametrize(
    ("days", "message"),
    [(1, "a day that is not in the future"), (-400, "more than a year ago")],
)
def test_the_day_of_agreement_is_real_and_recent(reception, days, message):
    on = timezone.localdate() + timedelta(days=days)
    parts = {f"agreed_on_{part}": str(getattr(on, part)) for part in ("day", "month", "year")}
    told = errors(send(reception, typed(agreed="earlier", **parts)))
    # A day in January of next year is already outside the years that the box takes.
    assert message in told["agreed_on"][0] or "must have a year between" in told["agreed_on"][0]


def test_a_wrong_day_that_is_hidden_again_stands_in_nobodys_way(reception):
    """Whoever typed a day, was told that it is wrong, and then says "today" no longer sees the boxes of the day."""
    day = {"agreed_on_day": "31", "agreed_on_month": "2", "agreed_on_year": "26"}
    assert errors(send(reception, typed(agreed="earlier", **day)))["agreed_on"]
    send(reception, typed(**day))
    assert Referral.objects.get().agreed_on == timezone.localdate()


def test_a_birth_date_pasted_into_the_first_box_is_read_and_shown_in_all_three(reception):
    pasted = {"date_of_birth_day": "23/07/1961", "date_of_birth_month": "", "date_of_birth_year": ""}
    page = send(reception, typed(**pasted, message_safe=None)).content.decode()
    for part, value in (("day", "23"), ("month", "07"), ("year", "1961")):
        assert re.search(rf'name="date_of_birth_{part}"[^>]* value="{value}"', page)
    assert send(reception, typed(**pasted)).status_code == 302
    assert str(Participant.objects.get().date_of_birth) == "1961-07-23"


@pytest.mark.parametrize("name", ["Missy", "Ms", "Drew", "Miss", "Mary Ann", "Li (Lily)"])
def test_a_name_that_only_looks_like_a_title_is_a_name(reception, name):
    send(reception, typed(given_name=name))
    assert Participant.objects.get().given_name == name


def test_29_february_is_a_birthday_only_in_leap_years(reception):
    leap = {"date_of_birth_day": "29", "date_of_birth_month": "2"}
    assert (
        "must be a real date"
        in errors(send(reception, typed(**leap, date_of_birth_year="1959")))["date_of_birth"][0]
    )
    assert send(reception, typed(**leap, date_of_birth_year="1960")).status_code == 302


@pytest.mark.parametrize(
    "name", ["O’Neill", "Nguyễn", "Ó Súilleabháin", "李小龍", "null", "👩‍🦽", "محمد", "d'Arcy <b>", "{{ 7 }}"]
)
def test_names_of_the_world_are_kept_as_they_are_written(reception, name):
    response = reception.get(send(reception, typed(family_name=name)).url)
    assert Participant.objects.get().family_name == name
    assert "<b>" not in response.content.decode()


NONSENSE = [
    "\0",
    "x" * 10_000,
    "👩‍🦽" * 50,
    "\u202egnihton",
    "\ud800",
    "0001-01-01",
    "٣٤٥",
    "' OR 1=1 --",
    "{% debug %}",
    "<script>",
    "../../etc/passwd",
    "\r\nBcc: x@y.example",
    "-1",
    "1e308",
    "NaN",
    "9" * 30,
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_in_every_box_at_once_never_breaks(reception, nonsense):
    sent = {name: nonsense.encode("utf-8", "surrogatepass") for name in typed()}
    for name, page in PAGES.items():
        own = {box: value for box, value in sent.items() if page.asks(box)}
        assert reception.post(f"{NEW}{uuid4()}/{name}/", own).status_code in (200, 302, 400)
    assert not Referral.objects.exists()


@pytest.mark.parametrize("name", sorted(set(typed()) - {"submission_key"}))
def test_each_box_may_be_missing_or_repeated(reception, name):
    assert send(reception, typed(**{name: None})).status_code in (200, 302)
    repeated = send(reception, typed(**{name: ["", "no", "none"]}))
    assert repeated.status_code in (200, 302)


# --- Who sees what -------------------------------------------------------------------------------------------


def paths(referral) -> list[str]:
    page = f"/referrals/{referral.reference}/"
    return [page, f"{page}sent/", f"{page}withdraw/"]


def test_another_organisations_referral_is_not_there(referral, cast):
    neighbour = sign_in(Client(), cast.neighbour)
    for path in paths(referral):
        assert neighbour.get(path).status_code == 404
    assert (
        neighbour.post(f"/referrals/{referral.reference}/withdraw/", {"reason": "moved"}).status_code == 404
    )
    assert referral.reference not in neighbour.get(LIST).content.decode()


def test_a_membership_that_ended_opens_nothing(referral, cast):
    cast.receptionist.memberships.update(ended_at=timezone.now(), ended_because="office")
    gone = sign_in(Client(), cast.receptionist)
    for path in [NEW, LIST, *paths(referral)]:
        assert gone.get(path).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "officer"])
def test_people_who_work_for_no_organisation_that_refers_are_told_so(referral, cast, who):
    reception = sign_in(Client(), getattr(cast, who))
    for path in [NEW, LIST, *paths(referral)]:
        assert reception.get(path).status_code == 403


def test_strangers_to_the_door_are_sent_to_it(referral):
    for path in [NEW, LIST, "/referrals/practices/", *paths(referral)]:
        response = Client().get(path)
        assert (response.status_code, response.url.split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("reference", ["IYM-XXXX-XXX", "1", "new%0a", "x" * 3000, "👩‍🦽", "%27", "null"])
def test_wrong_references_are_404(reception, reference):
    assert reception.get(f"/referrals/{reference}/").status_code == 404


# --- The list ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["ríona", "O’NEILL", "neill rí", "{reference}", "{bare}", "999 000 0018"])
def test_a_referral_is_found_and_the_address_does_not_say_by_what(reception, referral, cast, words):
    submitted(organisation=cast.riverbank, by=cast.receptionist, given_name="Else", family_name="Body")
    words = words.format(reference=referral.reference, bare=referral.reference.replace("-", "").lower())
    response = reception.post(LIST, {"search": words}, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert [row.pk for row in response.context["page"]] == [referral.pk]
    assert len(reception.post(LIST, {"search": ""}, follow=True).context["page"].object_list) == 2


@pytest.mark.parametrize(
    "nonsense", ["a\0b", "x" * 10_000, "%", "_", "\\", "👩‍🦽", "' OR 1=1 --", "\ud800", "a\ud800b"]
)
def test_nonsense_searches_find_nothing_and_break_nothing(reception, referral, nonsense):
    body = f"search={quote(nonsense.encode('utf-8', 'surrogatepass'))}"
    response = reception.post(LIST, body, content_type="application/x-www-form-urlencoded", follow=True)
    assert response.status_code == 200
    assert reception.get(LIST).status_code == 200  # the search is kept, and must not spoil the page for good


@pytest.mark.parametrize(
    "query", ["?show=nonsense", "?page=0", "?page=-1", "?page=99999999999999999999", "?page=x", "?page=٣"]
)
def test_nonsense_in_the_lists_address_shows_the_list(reception, referral, query):
    response = reception.get(LIST + query)
    assert [row.pk for row in response.context["page"]] == [referral.pk]


def test_the_list_is_filtered_by_what_became_of_people(reception, cast):
    rows = {
        status: ReferralFactory(
            organisation=cast.riverbank,
            status=status,
            opted_in_at=timezone.now(),
        ).pk
        for status in Status.values
    }
    for name, group in FILTERS.items():
        found = [row.pk for row in reception.get(LIST, {"show": name}).context["page"]]
        of_the_group = [status for status in group.statuses if status != Status.CLOSED]
        if Status.COMPLETED in of_the_group:
            of_the_group.append(Status.CLOSED)  # the closed one had been completed
        assert sorted(found) == sorted(rows[status] for status in of_the_group)


def test_each_status_is_in_one_group():
    grouped = [status for group in FILTERS.values() for status in group.statuses]
    assert sorted(grouped) == sorted(Status.values)


def test_the_list_needs_as_many_queries_for_two_hundred_rows_as_for_one(
    reception, cast, referral, django_assert_max_num_queries, django_assert_num_queries
):
    reception.get(LIST)  # the first page of a session also notes that somebody is there
    with django_assert_max_num_queries(9) as one:
        reception.get(LIST)
    ReferralFactory.create_batch(199, organisation=cast.riverbank)
    with django_assert_num_queries(len(one)):
        page = reception.get(LIST).context["page"]
    assert (len(page.object_list), page.paginator.num_pages) == (50, 4)


# --- One referral --------------------------------------------------------------------------------------------


def test_the_story_is_told_in_plain_words(reception, referral, cast):
    triage.decline(
        referral=referral,
        by=cast.officer,
        now=timezone.now(),
        reason=Reason.OTHER_SERVICE,
        words="Ask the <b>clinic</b>.",
    )
    page = reception.get(f"/referrals/{referral.reference}/").content.decode()
    for words in (
        "Referral received",
        "Not accepted",
        "by Olu Okafor",
        "Reason: Needs another service",
        "&lt;b&gt;",
    ):
        assert words in page
    assert "Withdraw this referral" not in page


def test_a_practice_takes_its_referral_back_with_a_reason(reception, referral, cast):
    page = f"/referrals/{referral.reference}/withdraw/"
    assert errors(reception.post(page, {"reason": ""}))["reason"] == ["Select why you are withdrawing it"]
    response = reception.post(page, {"reason": "moved", "words": "To Leeds"}, follow=True)
    assert f"Referral {referral.reference} is withdrawn." in response.content.decode()
    change = referral.status_changes.get(to_status="withdrawn")
    assert (change.by, change.reason, change.words) == (cast.receptionist, "moved", "To Leeds")
    again = reception.post(page, {"reason": "moved"})
    assert "Reload the page" in errors(again)["__all__"][0]


def test_a_person_with_a_place_is_not_withdrawn_by_the_practice(reception, cast):
    enrolled = ReferralFactory(
        organisation=cast.riverbank, status=Status.ENROLLED, opted_in_at=timezone.now()
    )
    response = reception.post(f"/referrals/{enrolled.reference}/withdraw/", {"reason": "moved"})
    assert "has a place" in errors(response)["__all__"][0]


def test_detail_needs_few_queries(reception, referral, django_assert_max_num_queries):
    reception.get(LIST)
    # One notes who looked; three read what was sent: the safety answers, who was asked for them, who may read them.
    with django_assert_max_num_queries(12):
        reception.get(f"/referrals/{referral.reference}/")


# --- The look-up ---------------------------------------------------------------------------------------------


NOTHING_FOUND = {"practices": [], "more": False}


def test_the_look_up_answers_from_three_letters_and_at_most_twenty(reception):
    for n in range(30):
        Organisation.objects.create(
            ods_code=f"Y{n:05d}",
            name=f"Brook {n:02d}",
            kind="gp_practice",
            ods_status="A",
            prescribing_setting="4",
        )
    ask = reverse("referrals:practices")
    assert reception.get(ask, {"q": "br"}).json() == NOTHING_FOUND
    assert reception.get(ask).json() == NOTHING_FOUND
    answer = reception.get(ask, {"q": "brook"}).json()
    found = answer["practices"]
    first = {"code": "Y00000", "name": "Brook 00", "town": "", "postcode": ""}
    assert (len(found), found[0], answer["more"]) == (20, first, True)
    assert reception.get(ask, {"q": "brook 0"}).json()["more"] is False


@pytest.mark.parametrize("nonsense", ["%%%", "___", "x" * 5000, "👩‍🦽👩‍🦽👩‍🦽", "\\\\\\"])
def test_nonsense_in_the_look_up_finds_nothing(reception, nonsense):
    response = reception.get("/referrals/practices/", {"q": nonsense})
    assert (response.status_code, response.json()) == (200, NOTHING_FOUND)


def test_an_organisation_sees_the_name_that_it_told_and_never_another_organisations(cast):
    """An NHS number and a date of birth must not tell whose they are."""
    riverbank, hilltop = sign_in(Client(), cast.receptionist), sign_in(Client(), cast.neighbour)
    send(riverbank, typed())
    told = {"given_name": "Xavier", "family_name": "Zigzag", "email": "x@z.example"}
    done = send(hilltop, typed(practice="Hilltop Practice (Z99002)", **told)).url
    page = done.removesuffix("sent/")
    assert Participant.objects.count() == 1  # the same person, of whom Riverbank told us first
    for address in (
        done, page, f"{page}withdraw/", f"{page}error/", f"{page}reach/", "/referrals/"
    ):  # fmt: skip
        shown = hilltop.get(address).content.decode()
        assert "Xavier Zigzag" in shown, address
        assert "Aoife" not in shown, address
        assert "Neill" not in shown, address
    assert "Aoife O’Neill" in riverbank.get("/referrals/").content.decode()

    def found(reception, words: str) -> bool:
        return "<table" in reception.post("/referrals/", {"search": words}, follow=True).content.decode()

    assert found(hilltop, "zig xav")
    assert not found(hilltop, "aoi")
    assert found(riverbank, "aoi")
    assert not found(riverbank, "zig")
    assert found(hilltop, "999 000 0018")  # which it told itself


def test_what_a_person_likes_to_be_called_is_not_told_by_a_search(cast):
    """Another organisation may have told it; the office, whose search finds it, keeps it for everybody."""
    riverbank, hilltop = sign_in(Client(), cast.receptionist), sign_in(Client(), cast.neighbour)
    send(riverbank, typed(preferred_name="Bunny"))
    send(hilltop, typed(practice="Hilltop Practice (Z99002)"))
    assert Participant.objects.get().preferred_name == "Bunny"
    answer = hilltop.post("/referrals/", {"search": "bun"}, follow=True).content.decode()
    assert "<table" not in answer
    assert "<table" in hilltop.post("/referrals/", {"search": "neill"}, follow=True).content.decode()
    assert Referral.objects.found_by("bun").count() == 2
