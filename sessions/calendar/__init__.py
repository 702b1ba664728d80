"""The officers' calendar: the sessions of a week or a month, who hosts them, and what is missing.

Reads only. What is missing for a group is said by `sessions.cohorts.staffing`.
"""
