"""The referrer's form: drafts, its pages, pasted text, the look for an earlier referral, sending.

Four pages over a draft (adr/0009); `services.submit` decides. A draft has a uuid, is seen by whoever typed it, and
goes when it is sent or after DRAFT_DAYS. A post whose sign-in ran out is kept, not lost (`draft_views`).
"""
