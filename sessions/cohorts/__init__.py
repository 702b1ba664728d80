"""A cohort: opening it, who leads it, whom it takes, its video link and its status.

Whoever changes a cohort locks it first (`locking`), several in the order of their numbers; `status_changes.change_status` is
the only way its status changes.
"""
