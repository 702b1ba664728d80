"""People who take part already and came in a spreadsheet, until somebody has asked them about their safety."""

from datetime import datetime

from django.db.models import QuerySet

from core.dates import day
from core.work_queue import Panel, Row
from referrals.ages import urgency, working_days
from referrals.models import ImportedReferral, Spreadsheet
from referrals.statuses import ENDED
from referrals.work_rows import row


def to_ask(now: datetime) -> QuerySet[ImportedReferral]:
    """Those who take part and were not asked, the longest here first."""
    people = ImportedReferral.objects.not_asked().filter(spreadsheet__who=Spreadsheet.Who.TAKING_PART)
    people = people.exclude(referral__status__in=ENDED)
    return people.select_related("referral__participant").order_by("imported_at", "pk")


def _asked(imported: ImportedReferral, now: datetime) -> Row:
    words = f"Takes part already. Call and ask the safety questions. Imported {day(imported.imported_at)}"
    return row(imported.referral, words, urgency(working_days(imported.imported_at, now)) or "amber")


PANELS = [
    Panel(
        name="imported_to_ask",
        title="Taking part, safety questions not asked",
        order=19,
        find=to_ask,
        row=_asked,
        names=lambda imported: [(imported.referral.participant, None)],
        empty="Everyone from a spreadsheet has been asked.",
        person="referral__participant",
        do="Record their answers",
    ),
]
