"""Names of the kinds that several packages ask for."""

MOVED, CANCELLED, OFFER_CHANGED = "session_moved", "session_cancelled", "offer_changed"
