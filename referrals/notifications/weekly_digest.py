"""The words of the weekly summary, worked out when it is sent."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Membership
from core.dates import day
from messaging.kinds.registry import MessageKind
from messaging.models import Message
from referrals import hold_display
from referrals.correspondence import better_contact
from referrals.models import Digest, DigestStop, Referral
from referrals.weekly_digest import services as weekly_digest

MOST_LISTED = 40  # references of one group; the rest are on the list behind the log-in


def still_due(now: datetime) -> Q:
    """The organisation still wants summaries, and whoever is written to by name still works there."""
    wanted = Digest.objects.filter(pk=OuterRef("subject_id")).exclude(
        organisation__in=DigestStop.objects.open().values("organisation")
    )
    works = Membership.objects.current().filter(
        user=OuterRef(OuterRef("user")), organisation=OuterRef("organisation")
    )
    return Q(Exists(wanted)) & (Q(user__isnull=True) | Q(Exists(wanted.filter(Exists(works)))))


def context(message: Message, now: datetime) -> dict:
    made = Digest.objects.select_related("organisation").get(pk=message.subject_id)
    own = {"referral__organisation": made.organisation}
    news = weekly_digest.happened(made.sent_on).filter(**own).order_by("at", "pk")
    by_step = list(news.values_list("to_status", "referral__reference"))
    wrong = weekly_digest.wrong_numbers(made.sent_on).filter(**own).order_by("at", "pk")
    groups = {
        words: [reference for status, reference in by_step if status in statuses]
        for words, statuses in weekly_digest.NEWS.items()
    }
    waiting = Referral.objects.waiting().filter(organisation=made.organisation)
    held = waiting.filter(Exists(hold_display.open_holds(referral=OuterRef("pk")))).count()
    groups[weekly_digest.NOT_REACHED] += wrong.values_list("referral__reference", flat=True)
    return words(
        greeting=message.user.name if message.user else f"colleagues at {made.organisation.name}",
        sent_on=made.sent_on,
        groups={title: list(dict.fromkeys(found)) for title, found in groups.items()},
        waiting=waiting.count() - held,
        held=held,
        asked=list(
            better_contact.asked_about(now)
            .filter(organisation=made.organisation)
            .values_list("reference", flat=True)[:MOST_LISTED]
        ),
    )


def words(
    *,
    greeting: str,
    sent_on: date,
    groups: dict[str, list[str]],
    waiting: int,
    asked: list[str],
    held: int = 0,
) -> dict:
    return {
        "greeting": greeting,
        "first": day(sent_on - timedelta(days=7)),
        "last": day(sent_on - timedelta(days=1)),
        "groups": [
            {
                "title": title,
                "count": len(found),
                "listed": ", ".join(found[:MOST_LISTED]),
                "more": max(len(found) - MOST_LISTED, 0),
            }
            for title, found in groups.items()
            if found
        ],
        "waiting": waiting,
        "held": held,
        "asked": [(reference, _page("reach", reference)) for reference in asked],
        "page": _page("list"),
        "stop_page": _page("weekly"),
    }


def _page(name: str, *args: str) -> str:
    return settings.SITE_ORIGIN + reverse(f"referrals:{name}", args=args)


def samples() -> list[dict]:
    at = datetime(2026, 3, 2, 8, tzinfo=UTC).date()
    full = {
        "started": ["IYM-7K4P-3QX", "IYM-2N8C-9TR", "IYM-5H6W-4DM"],
        "finished": ["IYM-3V7J-6FK"],
        "finished, attended fewer sessions than the target": ["IYM-4T9K-2VX"],
        "left early or did not start": ["IYM-6B2Y-8RN"],
        "could not be reached": ["IYM-9G4M-5WC"],
    }
    return [
        words(greeting="Sam O’Brien", sent_on=at, groups=full, waiting=4, held=1, asked=["IYM-9G4M-5WC"]),
        words(
            greeting="colleagues at St Kilda's Surgery",
            sent_on=at,
            groups={"finished": ["IYM-3V7J-6FK"]},
            waiting=0,
            asked=[],
        ),
    ]


WEEKLY = MessageKind(
    name="weekly_digest",
    button="See all your referrals",
    to="the lead of an organisation that has open referrals",
    when="once a week",
    stops="no referral is open, or they no longer work there",
    label="Weekly summary to an organisation",
    template="referrals/emails/weekly_digest",
    context=context,
    still_due=still_due,
    samples=samples,
)
