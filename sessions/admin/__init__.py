"""Cohorts, sessions, places and programmes in the admin: lean lists, and pages that call services."""

from sessions.admin import cohorts, places, programmes, sessions

__all__ = ["cohorts", "places", "programmes", "sessions"]  # found by the admin in here
