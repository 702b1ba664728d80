"""Who a person is: finding or adding them, and changing what we know.

A referral finds its person only by NHS number and date of birth together; what it tells differently is noted for an
officer, never written over. Also keeps the deprivation decile of a postcode.
"""
