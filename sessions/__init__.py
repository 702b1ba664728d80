"""Programmes, cohorts and their ten sessions, and everybody's place in them, from the offer to the last register.

The app label is `cohort_sessions`, because Django's log-in sessions hold `sessions` (adr/0001). A programme holds
the rules, a phase groups cohorts, and every number in them is a setting that officers confirm.
"""
