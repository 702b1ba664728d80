from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; codes go through the outbox."""

    def is_open_for_signup(self, request) -> bool:
        return False
