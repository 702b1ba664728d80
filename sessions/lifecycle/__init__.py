"""A cohort below its minimum, merging, closing, and transfers between cohorts.

A cohort with enough people is confirmed by itself a week before; else an officer runs, merges, postpones or cancels
it. A place that is moved keeps its row, so what was attended goes along (`transfers`).
"""
