"""The emailed code, and the same steps for an address that nobody has.

Nothing waits: a request for an address without an account makes the same statements and the same writes, for NOBODY,
as a request for one with an account. So neither the page nor the response time reveals which addresses are known.
"""

from uuid import uuid4

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal.cryptokit import generate_user_code, normalize_user_code
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from accounts.models import User

NOBODY = 0  # the number of no account


def nobody(email: str) -> User:
    """Stands in for the account that an address does not have; it is never saved."""
    return User(pk=NOBODY, nonce=uuid4(), email=email, password="")


def account_of(email: str) -> User:
    """The open account with this address (in small letters, as they are stored), or nobody's."""
    # Not by allauth's own look-up: it asks once for an address that it finds, and twice for another.
    return User.objects.filter(email=email, is_active=True).first() or nobody(email)


def begin(request: HttpRequest, user: User, email: str) -> None:
    """Promise a code to this account and keep its hash in the session."""
    request.code_goes_to = user  # for the adapter, which allauth only tells the address
    process = LoginCodeVerificationProcess.initiate(request=request, user=user, email=email)
    process.state["code"] = hashed(process.code)
    process.persist()


class CodeStage(LoginByCodeStage):
    """The step that takes the code; nobody stays nobody from one request to the next, and is looked up like anybody."""

    def __init__(self, controller: LoginStageController, request: HttpRequest, login: Login) -> None:
        login.user = login.user or nobody(login.email)
        super().__init__(controller, request, login)


def new_code() -> str:
    """A code for whoever proves that an address is theirs without an account: as allauth makes those for signing in."""
    return generate_user_code()


def hashed(code: str) -> str:
    """What a session, or a clinician's link, keeps in place of the code: without SECRET_KEY, the session's row does not reveal it."""
    return _signer().signature(normalize_user_code(code))


def is_right(typed: str, kept: str) -> bool:
    """Compared in constant time, also with the keys before the last."""
    try:
        _signer().unsign(f"{normalize_user_code(typed)}:{kept}")
    except BadSignature:
        return False
    return True


def _signer() -> Signer:
    return Signer(salt="accounts.sign_in_code")
