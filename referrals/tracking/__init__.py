"""A referrer's own referrals, and how far each has come."""
