"""Letters that officers print and post, and the codes in them.

A letter is the mail's own words in large print, with a short code at `/c/` where the mail has its link (adr/0017).
What the post brings back is heard like a mail that bounced.
"""
