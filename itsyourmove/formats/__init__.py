"""British formats of dates and numbers in the admin."""
