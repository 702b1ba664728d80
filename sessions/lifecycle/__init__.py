"""A cohort below its minimum, merging, closing, and transfers between cohorts."""
