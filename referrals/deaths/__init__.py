"""What becomes of referrals when a death is recorded, and when that was a mistake.

Undoing needs a reason and who confirmed it; the practice that was told is told again. `sessions` registers what
becomes of a place.
"""
