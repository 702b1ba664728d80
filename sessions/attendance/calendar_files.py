"""The sessions of a person as calendar files: asked for when they get dates, cancelled when they lose them.

Whoever shares a calendar shows its entries to others, so an entry has the name of the service, the time and our
telephone number: not what it is about, not the video address, and not the person's own link, which would answer and
join for them. The event of one attendance has one UID for ever; what it says is numbered, so that the newest counts.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from core.nonces import name_of
from messaging.channels.base import Calendar
from messaging.channels.mime import sender
from messaging.models import Message
from sessions import message_kinds
from sessions.models import Attendance, ChangedSession, Place, Session
from sessions.schedule_changes import recipients

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
ALL_DATES = ("placed", "moved")  # ask for every session that the person then had
# Only these ways carry files.
BY_MAIL = (Message.Channel.SMTP, Message.Channel.FILE)
PERHAPS_READ = (Message.State.SENT, Message.State.UNCERTAIN)
ATTENDEE = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
WORDS = (
    "You join by video call. Before each session we send you a link to your page. The page has the button to "
    "join. If you need help, call us on {phone}."
)


def dates_of(message: Message, now: datetime) -> list[Calendar]:
    """All sessions still ahead of the person whom the message tells their dates."""
    return request(_place(message), now=now)


def dates_in_place_of(message: Message, now: datetime) -> list[Calendar]:
    """The dates in the group that the person is in now, and away with those of the group that they left."""
    place = _place(message)
    return [
        *request(place, now=now),
        *cancel(place, _attendances(place).filter(released_at__isnull=False), now),
    ]


def none_any_more(message: Message, now: datetime) -> list[Calendar]:
    """Away with all that was still to come: the place has ended."""
    place = _place(message)
    return cancel(place, _attendances(place), now)


def request(place: Place, *, now: datetime, sessions: Collection[Session] | None = None) -> list[Calendar]:
    """Ask for these sessions, or for all, as far as they are the person's and still ahead; nothing where none is."""
    theirs = ahead(place, now)
    if sessions is not None:
        wanted = {session.pk for session in sessions}
        theirs = [each for each in theirs if each.session_id in wanted]
    return [Calendar(REQUEST, _written(REQUEST, place, theirs, now))] if theirs else []


def cancel(place: Place, attendances: Iterable[Attendance], now: datetime) -> list[Calendar]:
    """Take those still to come out of a calendar that was asked to have them; nothing where it was asked for none."""
    to_come = [each for each in attendances if each.starts_at > now]
    theirs = _asked_for(place, to_come)
    return [Calendar(CANCEL, _written(CANCEL, place, theirs, now))] if theirs else []


def cancel_session(place: Place, session: Session, now: datetime) -> list[Calendar]:
    return cancel(place, _attendances(place).filter(session=session), now)


def to_keep(place: Place, now: datetime) -> str:
    """The sessions still ahead as a file for anybody's calendar, with nobody named in it; empty where none is."""
    theirs = ahead(place, now)
    return _written(PUBLISH, place, theirs, now) if theirs else ""


def ahead(place: Place, now: datetime) -> list[Attendance]:
    return list(_attendances(place).filter(expected=True, starts_at__gt=now))


def _attendances(place: Place) -> QuerySet[Attendance]:
    return place.attendances.select_related("session", "link").order_by("starts_at", "pk")


def _place(message: Message) -> Place:
    return Place.objects.select_related("participant").get(pk=message.subject_id)


def _asked_for(place: Place, attendances: list[Attendance]) -> list[Attendance]:
    """Those whose request has gone out, or may have: a cancellation of what was never asked for bewilders."""
    sent = Message.objects.about("place", place.pk).filter(
        kind__in=(*ALL_DATES, message_kinds.CANCELLED, message_kinds.MOVED),
        channel__in=BY_MAIL,
        state__in=PERHAPS_READ,
    )
    told = list(sent.values_list("kind", "key", "queued_at", "settled_at"))
    changes = {recipients.change_in(key) for kind, key, _, _ in told if kind == message_kinds.MOVED}
    moved = set(ChangedSession.objects.filter(change__in=changes).values_list("session", flat=True))

    def was_asked(each: Attendance) -> bool:
        made, released = each.link.made_at, each.released_at
        return each.session_id in moved or any(
            made == queued
            if kind == message_kinds.CANCELLED  # it asked for the one session that it added
            else kind in ALL_DATES and made <= settled and (released is None or settled <= released)
            for kind, _, queued, settled in told
        )

    return [each for each in attendances if was_asked(each)]


def _written(method: str, place: Place, attendances: list[Attendance], now: datetime) -> str:
    import icalendar  # here: it is heavy, and most processes write no calendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//It's Your Move//dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    organizer = icalendar.vCalAddress(f"mailto:{sender()}")
    organizer.params["CN"] = settings.SERVICE_NAME.replace('"', "'")
    attendee = icalendar.vCalAddress(f"mailto:{place.participant.email}")
    attendee.params.update(ATTENDEE)
    moves = place.moves.count()
    for attendance in attendances:
        event = icalendar.Event()
        event.add("uid", _uid(attendance))
        event.add("dtstamp", now)
        event.add("sequence", _sequence(attendance.session, place, moves))
        event.add("dtstart", attendance.starts_at.astimezone(UTC))
        event.add("dtend", attendance.ends_at.astimezone(UTC))
        event.add("summary", settings.SERVICE_NAME)
        event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
        event.add("class", "PRIVATE")
        event.add("organizer", organizer)
        if method != CANCEL:
            event.add("description", WORDS.format(phone=settings.SERVICE_PHONE))
        if method != PUBLISH:
            event.add("attendee", attendee)
        calendar.add_component(event)
    return calendar.to_ical().decode()


def _uid(attendance: Attendance) -> str:
    return f"session-{name_of(attendance)}@{urlsplit(settings.SITE_ORIGIN).hostname}"


def _sequence(session: Session, place: Place, moves: int) -> int:
    """It grows with everything that may change the event: the session's time, the person's group, the end of the place."""
    ended = place.state in (Place.State.LEFT, Place.State.RETURNED)
    return session.schedule_version + moves + ended
