"""What becomes of a message: the reasons that officers read, and the columns that each outcome sets."""

from datetime import timedelta

from django.db.models import Case, DateField, Value, When

from messaging.channels.base import Policy

MAY_HAVE_ARRIVED = (
    "The connection broke after the message was handed over: it may have arrived, perhaps twice."
)
TOO_LATE = "It was too late to be of use when it could have been sent."
HAS_DIED = "The person has died."
PAUSED = "Their death was recorded by mistake, and nobody has spoken to them or their practice yet."
NO_LONGER_DUE = "What it says was no longer so when it was about to be sent."
# How often a message that may have arrived is tried again, by its channel's policy. SMTP cannot be asked what became
# of it: once more at most, with the same Message-ID. Where the other side is asked first, more tries double nothing.
RESENDS = {Policy.RESEND: 1, Policy.LOOK_UP: 8, Policy.PARK: 0}
SHRED_WITHIN = timedelta(days=14)  # how long a printed letter that must not be posted is told about
FREE = {"lease_token": None, "lease_until": None}
# This try surely did not go. The day of a nudge is free again, unless an earlier try may have arrived.
NOT_GONE = {
    "data_started_at": None,
    "nudge_day": Case(When(resends=0, then=Value(None)), default="nudge_day", output_field=DateField()),
}
