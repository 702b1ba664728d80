"""The referrer's form: drafts, its pages, the pasted letter, the question whether this person was referred before, sending."""
