"""Contacts with a person, whoever speaks for them, and the timeline of their page."""
