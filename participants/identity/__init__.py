"""Who a person is: finding or adding them, changing what we know, and the deprivation decile of their postcode."""
