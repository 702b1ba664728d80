"""The mails about changed sessions: moved, cancelled, and other dates of a place that is offered.

Like the mails of `places`, each has a `.phone.txt`, and none holds the video address.
"""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, Expression, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import In
from django.urls import reverse

from core.dates import day, moment_uk, span_uk
from core.nonces import name_in_sql
from messaging.channels.base import Calendar
from messaging.content.links import token_link
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from messaging.outbox import queue as outbox
from sessions import message_kinds, statuses
from sessions.attendance import calendar_files
from sessions.models import AnswerLink, ChangedSession, OfferLink, Place, PlanChange, Session
from sessions.notifications import offers as offer_notifications
from sessions.notifications import placeholders
from sessions.notifications.samples import SAMPLE_LINK, SAMPLE_NAME, sample_sessions
from sessions.schedule_changes import recipients
from sessions.session_dates import SESSIONS_IN_COHORT

TEXT = CharField()


def _is_of(kind: str, path: str, change: Expression | F) -> Q:
    """The message is the one of this kind that tells its place of the change whose number is at the end of `path`.

    `change` names it. A process of the release before nonces wrote the number alone, also where there is a nonce.
    """
    names = (change, Cast(F(path), TEXT))
    start = (Value(f"{kind}:"), Cast(OuterRef("subject_id"), TEXT), Value(":"))
    return Q(In(outbox.first_key(), [Concat(*start, name, output_field=TEXT) for name in names]))


def moved_still_due(now: datetime) -> Q:
    """A session of this change is still at the time that it gave it, and has not begun."""
    stands = ChangedSession.objects.filter(
        version=F("session__schedule_version"),
        session__status__in=statuses.AHEAD,
        session__starts_at__gt=now,
        session__attendances__place=OuterRef("subject_id"),
        session__attendances__place__state=Place.State.TAKEN,
        session__attendances__expected=True,
    )
    return Q(Exists(stands.filter(_is_of(message_kinds.MOVED, "change_id", name_in_sql("change__")))))


def cancelled_still_due(now: datetime) -> Q:
    """The person still has the place, and the time of the session that was cancelled has not come."""
    cancelled = ChangedSession.objects.filter(
        session__status=Session.Status.CANCELLED_BY_US,
        session__starts_at__gt=now,
        session__attendances__place=OuterRef("subject_id"),
        session__attendances__place__state=Place.State.TAKEN,
        session__attendances__released_at__isnull=True,
    )
    return Q(Exists(cancelled.filter(_is_of(message_kinds.CANCELLED, "change_id", name_in_sql("change__")))))


def offer_still_due(now: datetime) -> Q:
    """The offer is not answered, there is time to, and no later change has come."""
    latest = PlanChange.objects.exclude(kind=PlanChange.Kind.VIDEO).filter(cohort=OuterRef("cohort"))
    held = Place.objects.filter(
        pk=OuterRef("subject_id"), state=Place.State.HELD, held_until__gt=now
    ).annotate(
        latest=Subquery(latest.order_by("-pk").values("pk")[:1]),
        named=Subquery(latest.order_by("-pk").values(named=name_in_sql())[:1]),
    )
    return Q(Exists(held.filter(_is_of(message_kinds.OFFER_CHANGED, "latest", F("named")))))


def moved_context(message: Message, now: datetime) -> dict:
    place = Place.objects.select_related("participant").get(pk=message.subject_id)
    news = _news(message, place, now)
    link = AnswerLink.objects.get(attendance__place=place, attendance__session=news[0].session)
    return moved_words(
        first_name=place.participant.first_name, news=news, link=token_link("sessions:answer", link.token)
    )


def _news(message: Message, place: Place, now: datetime) -> list[recipients.PerceivedChange]:
    change = recipients.change_of(message)
    news = recipients.news_of_moves(change, [place], now)[place.pk]
    # Moved back before it was told, at the very moment of sending: then it says where the sessions are.
    return news or [
        recipients.PerceivedChange(row.session, row.from_starts_at, row.from_ends_at)
        for row in change.sessions.filter(session__attendances__place=place)
        .select_related("session")
        .order_by("session__starts_at")
    ]


def moved_calendars(message: Message, now: datetime) -> list[Calendar]:
    place = Place.objects.select_related("participant").get(pk=message.subject_id)
    return calendar_files.request(
        place, sessions=[each.session for each in _news(message, place, now)], now=now
    )


def moved_response_url(message: Message) -> str:
    """Where an officer who rang writes down who is coming: the first of the sessions that moved."""
    session = recipients.change_of(message).sessions.earliest("session__starts_at").session_id
    return reverse("admin:cohort_sessions_session_register", args=[session])


def moved_words(*, first_name: str, news: list[recipients.PerceivedChange], link: str) -> dict:
    return {
        "first_name": first_name,
        "sessions": [
            {
                "number": each.session.number,
                "was": span_uk(each.from_starts_at, each.from_ends_at),
                "now": span_uk(each.session.starts_at, each.session.ends_at),
            }
            for each in news
        ],
        "count": len(news),
        "first_day": day(news[0].session.starts_at),
        "link": link,
    }


def cancelled_context(message: Message, now: datetime) -> dict:
    place = Place.objects.select_related("participant").get(pk=message.subject_id)
    cancelled = recipients.change_of(message).sessions.select_related("session").get()
    ahead = place.attendances.filter(expected=True, starts_at__gt=now).select_related("session")
    sessions = [attendance.session for attendance in ahead.order_by("starts_at")]
    return cancelled_words(
        first_name=place.participant.first_name,
        was=recipients.time_in_mind(place, cancelled),
        following=sessions[0],
        last=sessions[-1],
    )


def cancelled_calendars(message: Message, now: datetime) -> list[Calendar]:
    """Away with the one that was cancelled, and room for the one that was added at the end."""
    place = Place.objects.select_related("participant").get(pk=message.subject_id)
    cancelled = recipients.change_of(message).sessions.select_related("session").get().session
    added = [each.session for each in calendar_files.ahead(place, now)[-1:]]
    return [
        *calendar_files.cancel_session(place, cancelled, now),
        *calendar_files.request(place, sessions=added, now=now),
    ]


def cancelled_words(
    *, first_name: str, was: recipients.PerceivedChange, following: Session, last: Session
) -> dict:
    return {
        "first_name": first_name,
        "day": day(was.from_starts_at),
        "was": span_uk(was.from_starts_at, was.from_ends_at),
        "added": span_uk(last.starts_at, last.ends_at),
        "following": span_uk(following.starts_at, following.ends_at),
        "number": following.number,
        "out_of": SESSIONS_IN_COHORT,
        "only_the_added": following == last,
    }


def offer_changed_context(message: Message, now: datetime) -> dict:
    place = Place.objects.select_related("participant", "cohort").get(pk=message.subject_id)
    return offer_changed_words(
        first_name=place.participant.first_name,
        sessions=list(place.cohort.sessions.ahead(now).order_by("number")),
        held_until=moment_uk(place.answer_by),
        link=token_link("offers:offer", OfferLink.objects.get(place=place).token),
    )


def offer_changed_words(*, first_name: str, sessions: list[Session], held_until: str, link: str) -> dict:
    return {
        "first_name": first_name,
        "sessions": [{"number": s.number, "when": span_uk(s.starts_at, s.ends_at)} for s in sessions],
        "held_until": held_until,
        "link": link,
    }


def _sample_news(count: int) -> list[recipients.PerceivedChange]:
    days = timedelta(days=5)
    return [
        recipients.PerceivedChange(session, session.starts_at - days, session.ends_at - days)
        for session in sample_sessions()[:count]
    ]


def moved_samples() -> list[dict]:
    return [
        moved_words(first_name=SAMPLE_NAME, news=_sample_news(count), link=SAMPLE_LINK) for count in (1, 3)
    ]


def cancelled_samples() -> list[dict]:
    sessions = sample_sessions()
    return [
        cancelled_words(
            first_name=SAMPLE_NAME, was=_sample_news(1)[0], following=following, last=sessions[-1]
        )
        for following in (sessions[1], sessions[-1])
    ]


def offer_changed_samples() -> list[dict]:
    sessions = sample_sessions()
    until = sessions[0].starts_at - timedelta(hours=24)
    return [
        offer_changed_words(
            first_name=SAMPLE_NAME, sessions=sessions, held_until=moment_uk(until), link=SAMPLE_LINK
        )
    ]


# Not `quiet`: `schedule_changes.recipients` itself holds them back at night, unless the morning would be too late.
KINDS = [
    MessageKind(
        name=message_kinds.MOVED,
        button="Say if you can come",
        to="everyone with a place whose session was moved",
        when="at once, in quiet hours in the morning if that is early enough",
        stops="another change came, or they do not hold the place any more",
        label="Session moved",
        template="sessions/emails/session_moved",
        placeholders=placeholders.SESSION_MOVED,
        text=True,
        texted=placeholders.SESSION_MOVED_TEXT,
        context=moved_context,
        still_due=moved_still_due,
        quiet=False,
        samples=moved_samples,
        calendars=moved_calendars,
        response_url=moved_response_url,
    ),
    MessageKind(
        name=message_kinds.CANCELLED,
        to="everyone with a place whose session was cancelled",
        when="at once, in quiet hours in the morning if that is early enough",
        stops="another change came, or they do not hold the place any more",
        label="Session cancelled",
        template="sessions/emails/session_cancelled",
        placeholders=placeholders.SESSION_CANCELLED,
        text=True,
        texted=placeholders.SESSION_CANCELLED_TEXT,
        context=cancelled_context,
        still_due=cancelled_still_due,
        quiet=False,
        samples=cancelled_samples,
        calendars=cancelled_calendars,
    ),
    MessageKind(
        name=message_kinds.OFFER_CHANGED,
        button="Answer our offer",
        to="people to whom a place is offered whose dates changed",
        when="at once, in quiet hours in the morning if that is early enough",
        stops="the offer is answered, over or taken back",
        label="Other dates of a place offered",
        template="sessions/emails/offer_changed",
        placeholders=placeholders.OFFER_CHANGED,
        context=offer_changed_context,
        still_due=offer_still_due,
        quiet=False,
        samples=offer_changed_samples,
        response_url=offer_notifications.response_url,
    ),
]
