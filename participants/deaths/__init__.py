"""Recording that a person has died, and undoing it when that was a mistake.

From that moment nothing goes to them: `models.silenced` is the one predicate that the outbox, the send guard and
every personal link ask, and after a mistake it holds until an officer has spoken to them. What becomes of referrals
and places is the business of the rooms above.
"""
