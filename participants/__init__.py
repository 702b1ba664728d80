"""The person: who they are, how to reach them, what they need, and whether they are ready to join.

Owns identity and contact details, needs, readiness, personal links, and who looked at a record. It knows no
referral and no session: rooms above add to a person's page, to a merge and to the timeline by registering.
"""
