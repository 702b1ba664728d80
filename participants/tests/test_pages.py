"""Where officers look people up, mend details, and settle what was told differently."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.tests.factories import OrganisationFactory, UserFactory, sign_in
from participants.models import Participant, ReportedDifference
from participants.tests.factories import DifferenceFactory, PersonFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/participants/participant/"


def page_of(person) -> str:
    return reverse("admin:participants_participant_change", args=[person.pk])


def details_of(person) -> str:
    return reverse("admin:participants_participant_details", args=[person.pk])


def opened(client, person) -> dict:
    """The form's boxes as a browser would send them back, the hidden ones too."""
    form = client.get(details_of(person)).context["adminform"].form
    values = {}
    for field in form:
        shown = {True: "on", False: None}.get(field.value(), field.value())
        for name in (field.html_name, field.html_initial_name):
            if shown not in (None, ""):
                values[name] = shown
            elif shown == "":
                values[name] = ""
    return values


def save(client, person, **changes):
    return client.post(details_of(person), opened(client, person) | changes)


def search(client, typed: str) -> str:
    return client.post(LIST, {"search": typed}, follow=True).content.decode()


@pytest.mark.parametrize(
    "typed", ["bree", "O'BREE", "ann bree", "Nan", "999 000 0018", "9990000018", "gl20 9zz", "GL20"]
)
def test_people_are_found_by_part_of_a_name_number_or_postcode(office, typed):
    PersonFactory(
        given_name="Joanna",
        preferred_name="Nan",
        family_name="O'Breen",
        nhs_number="9990000018",
        postcode="GL20 9ZZ",
    )
    PersonFactory(given_name="Someone", family_name="Else")
    page = search(office, typed)
    assert "Joanna" in page
    assert "Someone" not in page


def test_what_was_searched_for_is_never_in_an_address(office):
    answer = office.post(LIST, {"search": "9990000018"})
    assert answer.status_code == 302
    assert "999" not in answer["Location"]


def test_nothing_found_and_nothing_typed(office):
    PersonFactory()
    assert "0 people" in search(office, "nobody at all") or "0 participants" in search(
        office, "nobody at all"
    )
    assert "Aoife" in search(office, "  ")
    assert "Aoife" not in search(office, "no\0body")


def test_numbers_are_shown_in_threes(office):
    person = PersonFactory(nhs_number="9990000018")
    assert "999 000 0018" in office.get(LIST).content.decode()
    assert "999 000 0018" in office.get(page_of(person)).content.decode()


def test_the_list_asks_the_same_few_questions_however_long_it_is(office, django_assert_max_num_queries):
    PersonFactory.create_batch(60)
    office.get(LIST)  # the first page of a day also notes that somebody came
    with django_assert_max_num_queries(9):
        assert office.get(LIST).status_code == 200


def test_an_officer_mends_details_and_history_knows_who(office, officer):
    person, practice = PersonFactory(), OrganisationFactory()
    answer = save(
        office,
        person,
        family_name="Brook",
        phone="(01632) 960 001",
        postcode="gl501aa",
        practice_code=practice.ods_code,
    )
    assert answer.status_code == 302
    found = Participant.objects.get()
    assert (found.family_name, found.phone, found.postcode) == ("Brook", "+441632960001", "GL50 1AA")
    assert found.practice == practice
    assert found.given_name == "Aoife"
    last = found.events.order_by("-pgh_id").first()
    assert last.pgh_context.metadata["user"] == officer.pk


def test_history_tells_who_changed_what_kind_of_thing_and_keeps_no_name(office, officer):
    person = PersonFactory()
    save(office, person, family_name="Brook")
    save(office, person, preferred_contact="phone")
    page = office.get(f"{LIST}{person.pk}/history/").content.decode()
    assert officer.name in page
    assert "Preferred contact" in page
    assert "Name, date of birth" in page
    assert "O’Neill" not in page
    assert not LogEntry.objects.exists()  # Django's own log would keep the name for ever


def test_a_page_saved_unchanged_writes_nothing(office):
    person = PersonFactory(nhs_number="")
    assert save(office, person).status_code == 302
    assert person.events.count() == 1


def test_two_officers_on_one_page_do_not_undo_each_other(office):
    person = PersonFactory()
    early = opened(office, person)
    save(office, person, phone="01632 960 777")
    office.post(details_of(person), early | {"given_name": "Eve"})
    found = Participant.objects.get()
    assert (found.given_name, found.phone) == ("Eve", "+441632960777")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nhs_number": "999 000 0019"}, "Check each digit"),
        ({"nhs_number": "12"}, "must have 10 digits"),
        ({"phone": "ring me"}, "Enter a phone number"),
        ({"postcode": "GL1"}, "Enter a full UK postcode"),
        ({"practice_code": "nowhere"}, "ODS code of an open GP practice"),
        ({"email": "", "phone": ""}, "Enter an email address or a phone number"),
        ({"given_name": " "}, "Enter the first name"),
        ({"family_name": "Bad\u202ename"}, "hidden character"),
        ({"date_of_birth": "01/01/0001"}, "in the past and after 1900"),
        ({"date_of_birth": "01/01/2199"}, "in the past and after 1900"),
        ({"email": "not an address"}, "correct format"),
    ],
)
def test_nonsense_is_refused_with_what_to_do(office, changes, said):
    person = PersonFactory()
    answer = save(office, person, **changes)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Participant.objects.get().events.count() == 1


def test_a_number_and_birthday_that_are_somebody_elses_are_refused_kindly(office):
    other = PersonFactory(nhs_number="9990000018", date_of_birth=date(1958, 3, 14))
    person = PersonFactory()
    answer = save(office, person, nhs_number="9990000018", date_of_birth="14/03/1958")
    assert answer.status_code == 200
    assert "another person" in answer.content.decode()
    assert Participant.objects.filter(nhs_number=other.nhs_number).count() == 1


def test_a_test_number_is_refused_where_patients_are_served(office, settings):
    settings.REFUSE_TEST_NHS_NUMBERS = True
    answer = save(office, PersonFactory(nhs_number=""), nhs_number="999 000 0018")
    assert "only for tests" in answer.content.decode()


def test_people_are_neither_added_nor_deleted_by_hand(office):
    person = PersonFactory()
    assert office.get(f"{LIST}add/").status_code == 403
    assert office.post(f"{LIST}{person.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("take", "postcode"), [("new", "GL50 1AA"), ("ours", "GL1 2AB")])
def test_a_difference_is_settled_on_the_persons_page(office, officer, take, postcode):
    difference = DifferenceFactory()
    person = difference.participant
    page = office.get(page_of(person)).content.decode()
    assert "Use “GL50 1AA”" in page
    assert "Keep “GL1 2AB”" in page
    office.post(
        reverse("admin:participants_participant_settle", args=[person.pk, difference.pk]), {"take": take}
    )
    person.refresh_from_db()
    assert person.postcode == postcode
    assert ReportedDifference.objects.get().settled_by == officer
    assert (
        "A later referral gave different"
        not in office.get(page_of(person)).content.decode().split("<form")[0]
    )


@pytest.mark.parametrize("pressed", [{}, {"take": ""}, {"take": "neither"}, {"take": "\0"}])
def test_a_press_of_neither_button_settles_nothing(office, pressed):
    difference = DifferenceFactory()
    address = reverse(
        "admin:participants_participant_settle", args=[difference.participant_id, difference.pk]
    )
    page = office.post(address, pressed, follow=True).content.decode()
    assert "Press one of the buttons" in page
    assert ReportedDifference.objects.open().count() == 1


def test_what_cannot_be_taken_is_explained(office):
    difference = DifferenceFactory(field="practice", value=OrganisationFactory(ods_status="C").ods_code)
    address = reverse(
        "admin:participants_participant_settle", args=[difference.participant_id, difference.pk]
    )
    assert "has closed" in office.post(address, {"take": "new"}, follow=True).content.decode()


def test_a_practice_told_differently_is_named_and_not_only_coded(office):
    told = OrganisationFactory(name="HILL SURGERY", ods_code="Z90100")
    difference = DifferenceFactory(field="practice", value=told.ods_code)
    assert "Use “HILL SURGERY (Z90100)”" in office.get(page_of(difference.participant)).content.decode()


def test_a_persons_page_leads_to_their_messages(office):
    person = PersonFactory()
    address = f"{reverse('admin:messaging_message_changelist')}?participant__id__exact={person.pk}&show=all"
    tab = reverse("admin:participants_participant_timeline", args=[person.pk])
    page = office.get(page_of(person)).content.decode()
    assert f'href="{tab}">Messages and calls' in page
    assert address.replace("&", "&amp;") in page
    assert office.get(address).status_code == 200


def test_the_record_is_changed_a_press_away_and_not_by_its_page(office):
    person = PersonFactory()
    page = office.get(page_of(person))
    assert f'href="{details_of(person)}">Change details' in page.content.decode()
    assert 'name="family_name"' not in page.content.decode()
    assert office.post(page_of(person), {"family_name": "Brook"}).status_code == 405
    assert save(office, person, family_name="Brook")["Location"] == page_of(person)


def test_differences_of_somebody_else_are_not_found_and_a_get_changes_nothing(office):
    difference, other = DifferenceFactory(), PersonFactory()
    wrong = reverse("admin:participants_participant_settle", args=[other.pk, difference.pk])
    right = reverse("admin:participants_participant_settle", args=[difference.participant_id, difference.pk])
    assert office.post(wrong, {"take": "new"}).status_code == 404
    assert office.get(right).status_code == 405
    assert ReportedDifference.objects.open().count() == 1


def test_the_work_queue_shows_what_was_told_differently(office):
    DifferenceFactory()
    assert "Aoife O’Neill: postcode" in office.get("/admin/").content.decode()
    assert "Aoife" in office.get(f"{LIST}?show=different").content.decode()


def test_people_outside_the_office_see_nothing(client):
    person = PersonFactory()
    sign_in(client, UserFactory())
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(person)).status_code == 403
    assert client.post(LIST, {"search": "Aoife"}).status_code == 403


def test_an_address_for_letters_is_kept_as_lines_and_out_of_the_history(office):
    person = PersonFactory()
    assert (
        save(office, person, postal_address="Flat 2,\r\n\r\n14  Orchard Lane\r\ngl1 2ab").status_code == 302
    )
    person.refresh_from_db()
    assert person.postal_address == "Flat 2\n14 Orchard Lane"
    assert save(office, person, preferred_name="Ann").status_code == 302  # the lines come back as they were
    person.refresh_from_db()
    assert person.postal_address == "Flat 2\n14 Orchard Lane"
    assert "postal_address" not in {field.name for field in person.events.model._meta.get_fields()}
    wrong = save(office, person, postal_address="a\r\nb\r\nc\r\nd\r\nfifth line").content.decode()
    assert "Enter the address in 4 lines or fewer" in wrong
    assert "fifth line" in wrong
