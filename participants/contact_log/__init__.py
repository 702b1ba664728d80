"""Contacts with a person, whoever speaks for them, and the timeline of their page.

`timeline` is everything that passed between us and one person; each room registers what it knows. A proxy is
written down with the person's consent and ended when that is over (adr/0016).
"""
