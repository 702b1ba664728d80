"""People, practices and signed-in browsers for tests, in the trade's words."""

import itertools
import time
from datetime import UTC, datetime

import factory
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts import roles, services
from accounts.models import Membership, Organisation, User
from accounts.sign_in import second_factor

JOINED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def practice(name: str = "Made-up Surgery", *, code: str = "", **facts) -> Organisation:
    """A GP practice that is offered to referrers."""
    facts = {"ods_status": "A", "prescribing_setting": "4", "postcode": "ZZ99 9ZZ", **facts}
    return Organisation.objects.create(
        ods_code=code or f"Z8{next(_numbers):04}", name=name, kind=Organisation.Kind.GP_PRACTICE, **facts
    )


def person(name: str = "Robin Made-Up", *, email: str = "", staff_role: str = "") -> User:
    """Somebody with an account, opened as in life."""
    email = email or f"person-{next(_numbers)}@example.org"
    return services.open_account(email=email, name=name, staff_role=staff_role, now=JOINED)


def referrer(
    organisation: Organisation | None = None,
    *,
    role: str = roles.CLINICIAN_ADMIN,
    is_lead: bool = False,
    profession: str = "",
    **facts,
) -> User:
    """Somebody who may refer for a practice."""
    user = person(**facts)
    services.join(
        user=user,
        organisation=organisation or practice(),
        role=role,
        is_lead=is_lead,
        profession=profession,
        now=JOINED,
    )
    return user


def lead(organisation: Organisation | None = None, **facts) -> User:
    """Somebody who looks after the members of a practice."""
    return referrer(organisation, is_lead=True, **{"name": "Lee Lead", **facts})


def clinician(organisation: Organisation | None = None, *, profession: str = "gp", **facts) -> User:
    """A clinician who refers in their own name."""
    facts = {"name": "Dr Ruth O'Brien", **facts}
    return referrer(organisation, role=roles.CLINICIAN, profession=profession, **facts)


def officer(**facts) -> User:
    return person(**{"name": "Olive Officer", "staff_role": roles.OFFICER, **facts})


def administrator(**facts) -> User:
    return person(**{"name": "Addy Administrator", "staff_role": roles.ADMINISTRATOR, **facts})


def set_up_app(user: User) -> str:
    """Give the person an authenticator app, if they have none; answers its secret."""
    app = second_factor.app_of(user)
    return decrypt((app or TOTP.activate(user, generate_totp_secret()).instance).data["secret"])


def code_of_app(secret: str, *, later: int = 0) -> str:
    """The 6 digits that the app shows now, or `later` periods of 30 seconds from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def session_for(user: User) -> str:
    """The key of a session in which this person has done every step of signing in."""
    if user.needs_second_factor:
        set_up_app(user)
    user.refresh_from_db(fields=["session_epoch"])
    steps = [{"method": "code", "at": time.time()}, {"method": "mfa", "at": time.time() + 1}]
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = steps
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return session.session_key


def sign_in(client: Client, user: User) -> Client:
    """Let the test client act as this person, second step included; answers the client."""
    client.cookies[settings.SESSION_COOKIE_NAME] = session_for(user)
    return client


def sign_in_browser(page, address: str, user: User) -> None:
    """Let a browser page act as this person at this address (`live_server.url`)."""
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session_for(user), "url": address}]
    )


class OrganisationFactory(factory.django.DjangoModelFactory):
    """An open GP practice; made-up codes begin with Z."""

    class Meta:
        model = Organisation

    ods_code = factory.Sequence(lambda n: f"Z{n:05d}")
    name = factory.Sequence(lambda n: f"Surgery {n}")
    kind = Organisation.Kind.GP_PRACTICE
    ods_status = "A"
    prescribing_setting = "4"
    postcode = "ZZ9 9ZZ"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who may sign in and works nowhere yet."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@practice.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    joined_at = datetime(2026, 1, 5, 9, tzinfo=UTC)


class OfficerFactory(UserFactory):
    """A project officer of the partnership."""

    email = factory.Sequence(lambda n: f"officer{n}@partnership.example")
    name = factory.Sequence(lambda n: f"Officer {n}")
    staff_role = roles.OFFICER


class MembershipFactory(factory.django.DjangoModelFactory):
    """A referrer's place in an organisation."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = roles.CLINICIAN_ADMIN
    started_at = datetime(2026, 1, 5, 9, tzinfo=UTC)
