"""Who is written to by post, and whether a letter would come in time (docs/domain.md 8.3)."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from core.dates import LONDON
from core.working_days import ONE_DAY, working_days_after, working_days_before
from messaging.models import Message
from participants.models import Need, Participant
from participants.needs import services as needs

BY_LETTER = "contact_by_letter"
# Print on paper does not serve whoever has one of these: an officer rings, or gives it in the form that they need.
NOT_ON_PAPER = (
    needs.BY_PHONE,
    "contact_by_relay",
    "contact_via_carer",
    "easyread",
    "verbally",
    "audio",
    "braille",
)
BY = ":by:"  # in the key of what is sent again another way (messaging.delivery_reports.services)


def by_post(person: Participant, codes: Collection[str]) -> bool:
    """Whether a letter is this person's way: there is an address that works, no email serves, and they want post or have no telephone.

    `codes` are their open needs. `is_by_post` says the same in SQL.
    """
    if not person.postal_address or person.postal_bad_at or not set(codes).isdisjoint(NOT_ON_PAPER):
        return False
    no_email = not person.email or person.email_bad_at is not None or not set(codes).isdisjoint(needs.BY_HAND)
    return BY_LETTER in codes or (no_email and not person.phone)


def is_by_post() -> Q:
    """For a WHERE over messages: `by_post` of the person each goes to."""
    open_needs = Need.objects.open().filter(participant=OuterRef("pk"))
    no_email = Q(email="") | Q(email_bad_at__isnull=False) | Exists(open_needs.filter(code__in=needs.BY_HAND))
    theirs = Participant.objects.filter(
        Exists(open_needs.filter(code=BY_LETTER)) | (no_email & Q(phone="")), pk=OuterRef("participant")
    )
    return Q(
        Exists(
            theirs.filter(postal_bad_at__isnull=True)
            .exclude(postal_address="")
            .exclude(Exists(open_needs.filter(code__in=NOT_ON_PAPER)))
        )
    )


def cutoff(posted: datetime) -> datetime:
    """What is of use until then or longer can still be posted at that moment.

    The post takes LETTER_WORKING_DAYS, and may come late in the day: it must come on a day before the last.
    """
    arrives = working_days_after(posted.astimezone(LONDON).date(), settings.LETTER_WORKING_DAYS)
    return datetime.combine(arrives + ONE_DAY, time(), LONDON)


def in_time(starts: datetime, expires_at: datetime) -> bool:
    """Whether a letter that is posted on the day of `starts` comes before it is of no use any more."""
    return expires_at >= cutoff(starts)


def post_by(expires_at: datetime) -> date:
    """The last working day on which a letter can be posted."""
    return working_days_before(expires_at.astimezone(LONDON).date() - ONE_DAY, settings.LETTER_WORKING_DAYS)


def sort_out(now: datetime) -> None:
    """Of what is due: letters that would come too late become calls, and calls to whoever is written to become letters.

    A call that somebody has tried, or that stands for a letter that could not be posted, stays a call.
    """
    theirs = Message.objects.due(now).filter(channel__in=Message.BY_OFFICERS)
    found = set(theirs.order_by().values_list("channel", flat=True).distinct())
    in_time = Q(expires_at__gte=cutoff(now))
    if Message.Channel.LETTER in found:
        letters = theirs.filter(channel=Message.Channel.LETTER)
        letters.exclude(in_time & is_by_post()).update(channel=Message.Channel.PHONE)
    if Message.Channel.PHONE in found:
        calls = theirs.filter(in_time, channel=Message.Channel.PHONE, attempts=0, urgent=False)
        perhaps = calls.filter(participant__postal_address__gt="").exclude(key__contains=BY)
        if perhaps.exists():  # few people have an address here, and the whole question is dear to put
            perhaps.filter(is_by_post()).update(channel=Message.Channel.LETTER)


def why_a_call(message: Message, codes: Collection[str]) -> str:
    """Why a call is none of the letters that this person would have; empty where a call is their way."""
    person = message.participant
    if person is None or not set(codes).isdisjoint(NOT_ON_PAPER):
        return ""
    if BY in message.key and message.channel == Message.Channel.PHONE and by_post(person, codes):
        return "We tried another way first and could not reach them."
    if by_post(person, codes):
        days = settings.LETTER_WORKING_DAYS
        return f"They should have a letter, but it would arrive too late. Post can take {days} working days."
    if person.postal_bad_at and (BY_LETTER in codes or not person.phone):
        return "A letter to their address came back. Post nothing there until it is corrected."
    if BY_LETTER in codes and not person.postal_address:
        return "They asked for letters, but their page has no postal address."
    return ""
