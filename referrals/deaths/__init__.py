"""What becomes of referrals when a death is recorded, and when that was a mistake."""
