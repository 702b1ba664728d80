"""A referrer's own referrals, and how far each has come.

An organisation sees, searches and is asked about only what it told itself: the `told_` columns of its own referrals
(adr/0021). Another organisation's row is a 404.
"""
