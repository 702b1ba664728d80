"""What becomes of a message: the reasons that officers read, and the columns that each outcome sets."""

from datetime import timedelta

from django.db.models import Case, DateField, Value, When

from messaging.channels.base import Policy

MAY_HAVE_ARRIVED = "The connection broke while sending. It might have arrived, perhaps twice."
TOO_LATE = "Expired before sending."
HAS_DIED = "The person has died."
PAUSED = "Their death was recorded by mistake. Speak to them or their practice first."
NO_LONGER_DUE = "It was no longer right when we were about to send it."
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
