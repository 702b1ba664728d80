"""Each mail of this app, compared whole, to a person whose name has an apostrophe."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from messaging.content import rendering
from messaging.kinds import registry as kinds
from messaging.models import Message
from participants.tests.factories import PersonFactory
from sessions.attendance import responses
from sessions.models import Attendance, Programme
from sessions.notifications.places import KINDS
from sessions.places import completion
from sessions.reminders import scheduling
from sessions.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    person = PersonFactory(given_name="Síle-Máire", preferred_name="Síle D’A'", family_name="O'Neill")
    return make.placed(make.cohort(), person=person)


def mail(kind, now=make.NOW):
    message = Message.objects.filter(kind=kind).earliest("not_before")
    registered = kinds.get(kind)
    return rendering.render(registered, registered.context(message, now))


def link(attendance):
    return f"{settings.SITE_ORIGIN}/s/{attendance.link.token}/"


def test_the_mail_of_a_new_place_has_the_ten_dates_and_the_first_page(place):
    words = mail("placed")
    assert words.subject == "Your place with It’s Your Move, from Tuesday 3 March 2026"
    assert (
        words.text
        == f"""Hello Síle D’A',

You have a place in one of our groups. We look forward to meeting you.

These are your 10 sessions:

Session 1: Tuesday 3 March 2026, 6pm to 7pm UK time
Session 2: Tuesday 10 March 2026, 6pm to 7pm UK time
Session 3: Tuesday 17 March 2026, 6pm to 7pm UK time
Session 4: Tuesday 24 March 2026, 6pm to 7pm UK time
Session 5: Tuesday 31 March 2026, 6pm to 7pm UK time
Session 6: Tuesday 7 April 2026, 6pm to 7pm UK time
Session 7: Tuesday 14 April 2026, 6pm to 7pm UK time
Session 8: Tuesday 21 April 2026, 6pm to 7pm UK time
Session 9: Tuesday 28 April 2026, 6pm to 7pm UK time
Session 10: Tuesday 5 May 2026, 6pm to 7pm UK time

You join from home, by video call. You can sit, keep your camera off, or only listen. Wear something comfortable. \
You do not need any kit.

We will send you a link to your own page before each session. On that page, tell us if you are coming. \
The button to join appears there 15 minutes before the start.

This is your page for the first session:

{link(make.attendance(place, 1))}

If any of these dates is difficult, or you want to talk before the first session, call us on \
01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_the_reminder_of_the_day(place):
    attendance = make.attendance(place, 1)
    scheduling.queue_due_reminders(now=attendance.starts_at - timedelta(hours=24))
    words = mail("reminder_day")
    assert words.subject == "Are you coming on Tuesday 3 March 2026?"
    assert (
        words.text
        == f"""Hello Síle D’A',

Your next session is session 1 of 10:

Tuesday 3 March 2026, 6pm to 7pm UK time

Are you coming? Tell us on your page. Either answer is fine:

{link(attendance)}

You can change your answer until the session starts. The button to join appears on the same page at \
5:45pm on the day.

Come as you are. You can sit, keep your camera off, or only listen. If you want to talk, call us on \
01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_the_reminder_says_when_answers_close_where_that_is_before_the_start(place):
    Programme.objects.update(answers_close_minutes=120)
    attendance = make.attendance(place, 1)
    scheduling.queue_due_reminders(now=attendance.starts_at - timedelta(hours=24))
    sentence = "You can change your answer until Tuesday 3 March 2026, 4pm UK time."
    assert sentence in mail("reminder_day").text


def test_the_reminder_of_the_hour_respects_that_somebody_cannot_come(place):
    attendance = make.attendance(place, 1)
    responses.answer(attendance=attendance, answer="no", now=make.NOW)
    scheduling.queue_due_reminders(now=attendance.starts_at - timedelta(minutes=60))
    words = mail("reminder_hour")
    assert words.subject == "Your session starts at 6pm on Tuesday 3 March 2026"
    assert (
        words.text
        == f"""Hello Síle D’A',

Session 1 of 10 starts soon:

Tuesday 3 March 2026, 6pm to 7pm UK time

You told us that you cannot come. That is fine. If that changes, you can still join. \
The button to join appears on your page at 5:45pm:

{link(attendance)}

Come as you are. You can sit, keep your camera off, or only listen. If you have trouble joining, call us on \
01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_the_note_at_the_end_thanks_and_gives_n_of_ten(place, cast):
    for session in place.cohort.sessions.order_by("number"):
        make.register(session, cast.officer, absent={place.pk} if session.number in (4, 5) else set())
    completion.complete_due_places(now=make.session(place.cohort, 10).ends_at)
    words = mail("completion")
    assert words.subject == "Thank you from It’s Your Move"
    assert (
        words.text
        == """Hello Síle D’A',

You have completed the programme. You came to 8 of 10 sessions. Well done, and thank you for being part of the group.

We will tell the team that referred you. You do not need to do anything.

If you want to talk about what to do next, call us on 01632 960 123.

It’s Your Move
Active County Partnership

Privacy, accessibility and complaints: http://localhost:8000/notices/
"""
    )


def test_the_copy_on_the_record_hides_the_personal_link(place):
    token = make.attendance(place, 1).link.token
    words = mail("placed")
    assert token in words.text
    assert token not in words.copy
    assert "[personal link]" in words.copy


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_sample_names_no_health_no_video_address_and_no_relative_day(kind):
    samples = kind.samples()
    assert samples
    for sample in samples:
        words = rendering.render(kind, sample)
        assert not re.search(r"pain|health|exercise|clinic|NHS|GP", words.subject, re.IGNORECASE)
        spoken = render_to_string(f"{kind.template}.phone.txt", sample)
        for text in (words.subject, words.text, spoken):
            assert "zoom" not in text
            assert not re.search(r"\b(today|tomorrow|tonight|yesterday)\b", text, re.IGNORECASE)
            assert "&#" not in text
            assert "{{" not in text
        assert settings.SERVICE_PHONE in words.text
        assert settings.SERVICE_PHONE in spoken
        assert "http" not in spoken


def test_a_reminder_says_again_what_was_answered(place):
    attendance = make.attendance(place, 1)
    scheduling.queue_due_reminders(now=attendance.starts_at - timedelta(hours=24))
    responses.answer(attendance=attendance, answer=Attendance.Answer.YES, now=make.NOW)
    assert "Thank you for telling us that you will be there." in mail("reminder_day").text
