"""People stop and start messages that they can do without.

Only kinds marked `optional` can be stopped, with one press (RFC 8058) or by telephone. An objection is honoured at
once, also for what is queued.
"""
