"""Who works for an organisation: colleagues' pages, and the review that ends unused memberships.

A lead's decisions lock the organisation; `review` asks and ends by the calendar. Of somebody
they invited, a lead sees only what they typed until that person has come, so nothing tells whether there was an
account.
"""
