"""The mails of this app: asking how a session was, and notes to the organisation.

A note travels by plain e-mail, so it carries the referral's reference and never who the person is; the name is on
the referral's page, behind the log-in.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core.dates import day, moment_uk
from messaging.content.links import marked, token_link
from messaging.kinds.placeholders import FIRST_NAME, LINK, Placeholder
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from outcomes.feedback.eligibility import came
from outcomes.feedback.questions import CURRENT
from outcomes.models import FormLink, Letter
from referrals.models import Referral, StatusChange
from referrals.statuses import Reason
from sessions.models import Attendance
from sessions.reminders.programme_timing import orders

OUTCOMES: dict[str, str] = {
    Letter.Kind.COMPLETED: "completed the programme",
    Letter.Kind.FINISHED_BELOW_TARGET: "finished the programme, attended fewer sessions than the target",
    Letter.Kind.LEFT_EARLY: "took part and left before completing",
    Letter.Kind.NOT_PARTICIPATING: "did not start",
}
FEEDBACK = (
    FIRST_NAME,
    LINK,
    Placeholder("day", "the day of the session"),
    Placeholder("until", "until when the page is open"),
)
SAMPLE_LINK = marked("https://iym.example/f/sample/")


def feedback_still_due(now: datetime) -> Q:
    """Came, has kept the place, has not answered, and the page is still open."""
    waiting_for_answer = Attendance.objects.filter(
        came(),
        pk=OuterRef("subject_id"),
        feedback__isnull=True,
        feedback_link__revoked_at__isnull=True,
        feedback_link__expires_at__gt=now,
    )
    return Q(Exists(waiting_for_answer))


def feedback_context(message: Message, now: datetime) -> dict:
    links = FormLink.objects.select_related("attendance__place__participant", "attendance__session")
    link = links.get(attendance=message.subject_id)
    return feedback_words(
        first_name=link.attendance.place.participant.first_name,
        starts_at=link.attendance.session.starts_at,
        until=link.expires_at,
        link=token_link("outcomes:feedback", link.token),
    )


def feedback_words(*, first_name: str, starts_at: datetime, until: datetime, link: str) -> dict:
    return {
        "first_name": first_name,
        "day": day(starts_at),
        "until": moment_uk(until),
        "link": link,
        "questions": CURRENT.read_aloud(),
        "emergency": CURRENT.emergency,
    }


def letter_context(message: Message, now: datetime) -> dict:
    letter = Letter.objects.select_related("status_change__referral").get(status_change=message.subject_id)
    return letter_words(letter, greeting=message.user.name if message.user else "colleagues")


def letter_words(letter: Letter, *, greeting: str) -> dict:
    change, referral = letter.status_change, letter.status_change.referral
    return {
        "greeting": greeting,
        "reference": referral.reference,
        "referred_on": day(referral.submitted_at),
        "page": settings.SITE_ORIGIN + reverse("referrals:detail", args=[referral.reference]),
        "reason": Reason(change.reason).label if change.reason else "",
        "said_yes": referral.opted_in_at is not None,
        # the last whole day on which referrals.triage.contact_attempts.reopen lets an officer try again
        "again_until": day(change.at + timedelta(days=settings.REOPEN_DAYS - 1)),
        "outcome": OUTCOMES.get(letter.kind, ""),
        "attended": letter.attended,
        "out_of": letter.out_of,
    }


def response_url(message: Message) -> str:
    return reverse("admin:feedback_ask", args=[message.subject_id])


def feedback_samples() -> list[dict]:
    return [
        feedback_words(
            first_name="Síle O’Neill-D'Arcy",
            starts_at=datetime(2026, 3, 3, 18, 0, tzinfo=UTC),
            until=datetime(2026, 3, 10, 18, 0, tzinfo=UTC),
            link=SAMPLE_LINK,
        )
    ]


def letter_sample(kind: str, *, reason: str = "", said_yes: bool = True, **facts: int) -> list[dict]:
    submitted = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
    referral = Referral(
        reference="IYM-7K4P-3QX", submitted_at=submitted, opted_in_at=submitted if said_yes else None
    )
    change = StatusChange(referral=referral, reason=reason, at=datetime(2026, 3, 3, 9, 5, tzinfo=UTC))
    return [letter_words(Letter(status_change=change, kind=kind, **facts), greeting="Sam O'Brien")]


def accepted_samples() -> list[dict]:
    return letter_sample(Letter.Kind.ACCEPTED) + letter_sample(Letter.Kind.ACCEPTED, said_yes=False)


def finished_samples() -> list[dict]:
    return [
        *letter_sample(Letter.Kind.COMPLETED, attended=8, out_of=10),
        *letter_sample(Letter.Kind.LEFT_EARLY, attended=3, out_of=10, reason=Reason.HEALTH_WORSE),
        *letter_sample(Letter.Kind.FINISHED_BELOW_TARGET, attended=5, out_of=10),
        *letter_sample(Letter.Kind.NOT_PARTICIPATING, attended=0, out_of=10, reason=Reason.NO_CONTACT),
        *letter_sample(Letter.Kind.NOT_PARTICIPATING, attended=0, out_of=0, reason=Reason.NOT_WANTED),
    ]


practice_letter = partial(
    MessageKind,
    button="Open the referral",
    to="the organisation that referred",
    when="at once",
    stops="never",
    context=letter_context,
)
feedback_request = partial(
    MessageKind,
    button="Say how it was",
    orders=orders,
    stops="they have answered, or turn out not to have come",
    optional=True,
    placeholders=FEEDBACK,
    context=feedback_context,
    still_due=feedback_still_due,
    samples=feedback_samples,
    response_url=response_url,
)
KINDS = [
    feedback_request(
        name="feedback",
        to="people who were marked as having attended, or pressed join where nothing is marked",
        when="30 minutes after the session",
        label="Feedback form",
        template="outcomes/emails/feedback",
    ),
    feedback_request(
        name="feedback_nudge",
        to="people who have not answered",
        when="on the next day, at 10am",
        label="Feedback form, once more",
        template="outcomes/emails/feedback_nudge",
        supersedes="feedback",
        nudge=True,
    ),
    practice_letter(
        name="practice_accepted",
        label="Letter to the organisation: accepted",
        template="outcomes/emails/practice_accepted",
        samples=accepted_samples,
    ),
    practice_letter(
        name="practice_declined",
        label="Letter to the organisation: not accepted",
        template="outcomes/emails/practice_declined",
        samples=partial(letter_sample, Letter.Kind.DECLINED, reason=Reason.OTHER_SERVICE),
    ),
    practice_letter(
        name="practice_redirected",
        label="Letter to the organisation: another service",
        template="outcomes/emails/practice_redirected",
        samples=partial(letter_sample, Letter.Kind.REDIRECTED, reason=Reason.OTHER_SERVICE),
    ),
    practice_letter(
        name="practice_unreachable",
        label="Letter to the organisation: could not be reached",
        template="outcomes/emails/practice_unreachable",
        samples=partial(letter_sample, Letter.Kind.UNREACHABLE, reason=Reason.NO_CONTACT),
    ),
    practice_letter(
        name="practice_withdrawn",
        label="Letter to the organisation: withdrawn",
        template="outcomes/emails/practice_withdrawn",
        samples=partial(letter_sample, Letter.Kind.WITHDRAWN, reason=Reason.MOVED),
    ),
    practice_letter(
        name="practice_finished",
        when="when the person's time in the programme ends",
        label="Letter to the organisation: finished",
        template="outcomes/emails/practice_finished",
        samples=finished_samples,
    ),
]
