"""What is needed before a first session: times, level, language, test call, emergency contact, goals, equality.

Each noun is a table and a service, and every answer may be unknown. Officers ask on one page a noun: only what that
officer changed is written (`record_form`). What a referral tells in passing fills what is unknown and changes
nothing (`from_referral`).
"""
