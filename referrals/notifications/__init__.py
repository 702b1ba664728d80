"""The message kinds of referrals: their wording, when they are still due, samples."""
