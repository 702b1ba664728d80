"""One place in a cohort from the offer to its end: offers, expiry, next in line, placing by hand, completion."""
