"""Cohorts, sessions, places and programmes in the admin: lean lists, and pages that call services.

Gathers the mixins that each package keeps beside its services; it decides nothing.
"""

from sessions.admin import cohorts, places, programmes, sessions

__all__ = ["cohorts", "places", "programmes", "sessions"]  # found by the admin in here
