"""One email a week to a practice: what happened to its referrals."""
