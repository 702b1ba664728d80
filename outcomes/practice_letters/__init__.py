"""The notes that go back to the practice when a referral is decided or ends.

A sweep finds each status change that calls for a note and has none; a unique constraint keeps it at one.
"""
