"""What came of it: feedback after a session, notes to the practice, and closing a referral that has ended.

The highest room: nothing below knows of feedback or letters. It finds what calls for one by sweeping the history of
referrals and attendances.
"""
