"""What each session of a programme is about: starting points, written by officers, shown by number."""

import pytest
from django.urls import reverse

from sessions.external_urls import AddressRefused
from sessions.models import Content, Session
from sessions.programmes import session_content
from sessions.programmes.session_content import ResourceIncomplete, TitleMissing, contents_of
from sessions.tests import factories as make
from sessions.tests.pages import text_of, url

pytestmark = pytest.mark.django_db

FILM = {"resource_name": "A short film", "resource_url": "https://films.example.org/breathing"}


def page_of(programme, number):
    return url("programme_content", programme.pk, number)


def opened(office, page):
    """What the page posts when nothing is changed."""
    form = office.get(page).context["form"]
    return {name: form.initial.get(name, "") for name in form.fields}


def test_a_new_programme_begins_with_starting_points_that_nobody_has_confirmed():
    ten = contents_of(make.programme())
    assert list(ten) == list(range(1, 11))
    assert {number for number, about in ten.items() if about.title} == {1, 5, 9, 10}
    assert ten[2].heading == "Session 2"
    assert not any(about.confirmed for about in ten.values())


def test_what_is_written_is_kept_by_number_and_confirmed():
    programme, other = make.programme(), make.programme()
    session_content.write_content(programme=programme, number=3, changes={"title": "Breathing", **FILM})
    session_content.write_content(programme=programme, number=3, changes={"plan": "Chairs first."})
    session_content.write_content(programme=programme, number=5, changes={})
    ten = contents_of(programme)
    assert (ten[3].title, ten[3].plan, ten[3].resource_name) == ("Breathing", "Chairs first.", "A short film")
    assert [number for number, about in ten.items() if about.confirmed] == [3, 5]
    assert ten[5].title == contents_of(other)[5].title
    assert not contents_of(other)[3].confirmed


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": ""}, TitleMissing),
        ({"resource_name": "A film"}, ResourceIncomplete),
        ({"resource_url": "https://films.example.org/"}, ResourceIncomplete),
        (FILM | {"resource_url": "http://films.example.org/"}, AddressRefused),
        (FILM | {"resource_url": "javascript:alert(1)"}, AddressRefused),
        (FILM | {"resource_url": "https://nhs.uk@evil.example/"}, AddressRefused),
        (FILM | {"resource_url": "https://films.example.org:8443/"}, AddressRefused),
        (FILM | {"resource_url": "https://localhost/"}, AddressRefused),
        (FILM | {"resource_url": "https:///films"}, AddressRefused),
        ({"number": "4"}, KeyError),
    ],
)
def test_what_cannot_be_shown_is_refused_and_nothing_is_written(changes, refusal):
    with pytest.raises(refusal):
        session_content.write_content(programme=make.programme(), number=3, changes=changes)
    assert not Content.objects.exists()


def test_an_officer_confirms_a_starting_point_and_writes_another(office):
    programme = make.programme()
    text = text_of(office.get(url("programme_contents", programme.pk)))
    assert text.count("Draft") == 10
    first = page_of(programme, 1)
    assert "Saving it confirms it" in text_of(office.get(first))
    office.post(first, opened(office, first))
    third = page_of(programme, 3)
    response = office.post(third, opened(office, third) | FILM | {"title": "Breathing"}, follow=True)
    text = text_of(response)
    assert "Saved for session 3." in text
    assert text.count("Draft") == 8
    assert 'href="https://films.example.org/breathing" rel="noopener noreferrer">A short film' in text


def test_two_officers_on_one_page_do_not_undo_each_others_work(office):
    programme = make.programme()
    page = page_of(programme, 3)
    stale = opened(office, page)
    session_content.write_content(programme=programme, number=3, changes={"plan": "Chairs first."})
    office.post(page, stale | {"title": "Breathing"})
    about = contents_of(programme)[3]
    assert (about.title, about.plan) == ("Breathing", "Chairs first.")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Enter what it is about"),
        ({"title": "t" * 101}, "must be 100 characters or fewer"),
        ({"plan": "p" * 2001}, "The plan must be 2000 characters or fewer"),
        ({"resource_name": "A film"}, "Enter the web address of the material, or delete its name"),
        ({"resource_url": "https://a.example/"}, "Enter the name of the material, or delete its web address"),
        (FILM | {"resource_url": "http://a.example/"}, "The web address must start with https://"),
        (FILM | {"resource_url": "https://a.example/\\b"}, "The web address must not contain spaces"),
    ],
)
def test_nonsense_gives_the_form_back(office, wrong, words):
    programme = make.programme()
    page = page_of(programme, 3)
    text = text_of(office.post(page, opened(office, page) | wrong))
    assert "There is a problem" in text
    assert words in text
    assert not Content.objects.exists()


@pytest.mark.parametrize("number", [0, 11, 99999])
def test_there_are_ten(office, number):
    assert office.get(page_of(make.programme(), number)).status_code == 404


def test_content_is_shown_by_number_to_officers_instructors_and_the_person(office, client):
    cohort = make.cohort()
    place = make.placed(cohort)
    session_content.write_content(
        programme=cohort.programme, number=2, changes={"title": "Breathing", "plan": "Chairs first.", **FILM}
    )
    text = text_of(office.get(url("cohort_change", cohort.pk)))
    second, third = (text.index(f"Tuesday {day} March 2026, 6pm") for day in (10, 17))
    assert second < text.index("Breathing") < third
    text = text_of(office.get(url("session_register", make.session(cohort, 2).pk)))
    assert "Chairs first." in text
    assert "A short film" in text

    second = make.attendance(place, 2)
    theirs = text_of(client.get(reverse("sessions:answer", args=[second.link.token])))
    assert "Breathing" in theirs
    assert FILM["resource_url"] in theirs
    assert "Chairs first." not in theirs
    third = make.attendance(place, 3)
    assert "Breathing" not in text_of(client.get(reverse("sessions:answer", args=[third.link.token])))

    # The first is cancelled: what was the second is now number 1, and is about what number 1 is.
    make.cancelled(cohort, 1)
    theirs = text_of(client.get(reverse("sessions:answer", args=[second.link.token])))
    assert "Breathing" not in theirs
    assert contents_of(cohort.programme)[1].title in theirs


def test_the_plan_stands_beside_the_register_of_a_session_that_has_begun(office):
    session = make.session(make.cohort(), 1)
    Session.objects.filter(pk=session.pk).update(starts_at=make.NOW)
    session_content.write_content(
        programme=session.cohort.programme, number=1, changes={"plan": "Chairs first."}
    )
    text = text_of(office.get(url("session_register", session.pk)))
    assert "Register of session 1" in text
    assert "Chairs first." in text
