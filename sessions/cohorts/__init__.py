"""A cohort: opening it, who leads it, whom it takes, its video link and its status."""
