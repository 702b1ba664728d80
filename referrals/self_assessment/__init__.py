"""The person answers the safety questions themselves, by a link or on the telephone.

One round has one `SafetyLink`, behind the date of birth. The questions are data in `safety`; where the answers lead
is the one table in `safety.routing`.
"""
