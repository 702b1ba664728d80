"""One email a week to an organisation: what happened to its referrals.

One `Digest` row an organisation and ISO week. It holds counts and references, never who anybody is (adr/0006); an
organisation can say that it wants none.
"""
