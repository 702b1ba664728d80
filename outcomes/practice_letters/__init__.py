"""The notes that go back to the practice when a referral is decided or ends."""
