"""A referral from the referrer's form to its end, and everything that is asked about it on the way.

Owns the statuses and their history, the safety lists, the referrer's pages and triage. It never hears of cohorts:
`sessions` calls down, through `status_changes` and `screening.eligibility`.
"""
