"""One place in a cohort from the offer to its end: offers, expiry, next in line, placing by hand, completion.

`common` holds what every way of giving a place shares: locks in the order cohort, place, referral. A freed place is
offered to the next in the one order inside the transaction that freed it (adr/0013).
"""
