"""Pages and messages promise only what is so: each promise that was not is named here with what makes it untrue."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from accounts.roles import ROLES
from outcomes.feedback.questions import CURRENT
from outcomes.feedback.wordings import WORDINGS
from referrals.safety.self_assessment_questions import OWN
from referrals.statuses import Status
from referrals.tracking.status_timeline import NEXT

TEMPLATES = [path for folder in settings.TEMPLATES[0]["DIRS"] for path in Path(folder).rglob("*.*")]
INSTRUCTOR_SEES = re.compile(
    r"instructors?\b[^.?!]{0,40}\b(reads?|sees?|knows?|should know)\b|tell your instructor", re.I
)


def text(name):
    return next(path for path in TEMPLATES if str(path).endswith(name)).read_text()


def said_to_people():
    """Every sentence on a page, in a message, or among the questions that people answer."""
    yield from ((str(path), path.read_text()) for path in TEMPLATES)
    yield "feedback", repr(CURRENT)
    yield "own questions", repr(OWN)


def test_nothing_says_that_an_instructor_reads_it_while_no_role_is_an_instructors():
    assert not any("instructor" in role.label.lower() for role in ROLES.values())
    assert [name for name, words in said_to_people() if INSTRUCTOR_SEES.search(words)] == []


def test_feedback_says_who_reads_it():
    assert CURRENT.for_instructor_hint == "Project officers can read this. Your instructor cannot."


def test_a_changed_wording_is_a_new_version_and_the_old_one_is_kept():
    assert (CURRENT.version, OWN.version) == (3, 3)
    assert WORDINGS[1].for_instructor_hint == "Your instructor and the project team can read this."
    same = {"version": 1, "for_instructor": WORDINGS[1].for_instructor}
    assert replace(WORDINGS[2], **same, for_instructor_hint=WORDINGS[1].for_instructor_hint) == WORDINGS[1]
    assert WORDINGS[3] is CURRENT


@pytest.mark.parametrize(
    ("name", "untrue"),
    [
        ("home.html", "we will send it again"),  # officers cannot send a message again that went
        ("messaging/emails/needs_note.txt", "or meet you"),  # who meets them has no access to needs
        ("emails/session_cancelled.txt", "the day before"),  # the line of the day before can be switched off
        (
            "referrals/submission/done.html",
            "what else may help",
        ),  # the letter asks the practice to talk about that
    ],
)
def test_what_was_promised_and_not_so_is_gone(name, untrue):
    assert untrue not in text(name)


def test_an_answer_is_not_promised_before_a_session_that_may_be_over():
    """The questions are asked again each year, in the middle of a programme too."""
    assert "before your first session" not in repr(OWN)


def test_not_sure_promises_no_talk_that_nobody_is_asked_to_have():
    """Not sure about a fever asks nobody to call (Effect.NOT_TODAY)."""
    assert "will talk with you" not in OWN.intro


def test_a_place_does_not_mean_that_the_dates_are_known():
    """The message with the dates may still wait, and who joins at session 2 has nine."""
    assert "knows their ten dates" not in NEXT[Status.ENROLLED]
