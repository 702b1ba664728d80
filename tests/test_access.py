"""Every address with every role: who gets the page, who is asked to sign in, who is told no, who sees nothing.

An address without a line here fails the first test. Rows of another organisation are 404, never 403: a refusal would
tell that the row exists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from accounts.organisations import services as organisations
from accounts.roles import CLINICIAN
from accounts.tests import factories as accounts
from accounts.tests.factories import sign_in
from core.dates import LONDON
from itsyourmove.public_pages import urls as public_pages
from messaging.content.opt_out_links import token_of
from outcomes.models import FormLink
from participants.models import Participant
from referrals import safety
from referrals.models import ClinicianLink, Referral, SafetyAnswer
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.submission import drafts
from referrals.tests import factories as referrals
from sessions.models import AnswerLink, WaitingLink
from sessions.places import placement
from sessions.tests import factories as cohorts
from tests.plugins.cast import Cast

ROLES = ["nobody", "stranger", "receptionist", "lead", "neighbour", "officer", "administrator"]
# "make quick" walks as the first and the last: one who must not see these rows, and the office.
WALKS = ["neighbour", *(role for role in ROLES if role not in ("neighbour", "officer")), "officer"]
SIGN_IN = "/sign-in/"

# What a GET answers, in the order of ROLES: a status, or "in" for "sign in first".
ALL = dict.fromkeys(ROLES, {200, 302})
# The referrers' pages are for people who work for an organisation; the office has the admin.
MEMBERS = dict(zip(ROLES, ["in", {403}, {200}, {200}, {200}, {403}, {403}], strict=True))
OWN = dict(zip(ROLES, ["in", {403}, {200}, {200}, {404}, {403}, {403}], strict=True))
# The lead works at the same practice, and still does not see a colleague's unfinished referral.
DRAFT = dict(zip(ROLES, ["in", {403}, {302}, {404}, {404}, {403}, {403}], strict=True))
DRAFT_DELETE = dict(
    zip(ROLES, ["in", {403}, {200}, {302}, {302}, {403}, {403}], strict=True)
)  # 302: to their list
# Whoever leads looks after colleagues; no other member does, and the office has the admin.
LEADS = dict(zip(ROLES, ["in", {403}, {403}, {200}, {403}, {403}, {403}], strict=True))
STOCK = {"changelist", "add", "change", "history", "delete"}  # of Django's admin: looked at for every model
POST_ONLY = dict.fromkeys(ROLES, {302, 405, 200})

# What the programme is, and the notices: for everyone.
PUBLIC_PAGES = [pattern.name for pattern in public_pages.urlpatterns]

TABLE = {
    "home": ALL,
    **dict.fromkeys(PUBLIC_PAGES, dict.fromkeys(ROLES, {200})),
    "livez": ALL,
    "readyz": ALL,
    "statusz": dict.fromkeys(ROLES, {404}),  # for a monitor that knows the token, and for nobody signed in
    "sign_in": ALL,
    "account_confirm_login_code": ALL,
    "mfa_authenticate": ALL,
    "sign_out": POST_ONLY,
    "signed_out": ALL,
    "second_step": dict(zip(ROLES, ["in", *[{200}] * 6], strict=True)),
    # Whoever has an app is led away from setting up another, and whoever has none from new recovery codes.
    "mfa_activate_totp": dict(zip(ROLES, ["in", *[{200}] * 4, *[{302}] * 2], strict=True)),
    "mfa_view_recovery_codes": dict(
        zip(ROLES, ["in", *[{404}] * 6], strict=True)
    ),  # once, when they are made
    "mfa_generate_recovery_codes": dict(zip(ROLES, ["in", *[{302}] * 4, *[{200}] * 2], strict=True)),
    "passkey_sign_in": dict.fromkeys(ROLES, {302}),
    "passkey_sign_in_begin": dict.fromkeys(ROLES, {405}),
    "passkey_second_step_begin": dict.fromkeys(ROLES, {405}),
    "passkey_add": dict(zip(ROLES, ["in", *[{200}] * 6], strict=True)),
    "passkey_add_begin": dict.fromkeys(ROLES, {405}),
    "passkey_remove": dict(zip(ROLES, ["in", *[{404}] * 6], strict=True)),  # nobody has another's passkey
    "sign_out_everywhere": dict.fromkeys(ROLES, {405}),
    "join": dict.fromkeys(ROLES, {200}),
    "join_thanks": dict.fromkeys(ROLES, {200}),
    "accept_terms": dict(zip(ROLES, ["in", *[{302}] * 6], strict=True)),  # nobody here is asked: home
    "colleagues": LEADS,
    "invite_colleague": LEADS,
    "confirm_colleagues": dict.fromkeys(ROLES, {405}),
    "colleague": LEADS,
    "end_colleague": LEADS,
    "referrals:list": MEMBERS,
    "referrals:new": dict(zip(ROLES, ["in", {403}, *[{302}] * 3, {403}, {403}], strict=True)),
    # Whoever has another person's key has an empty page; what is typed there gets a key of its own.
    "referrals:page": MEMBERS,
    "referrals:alike": DRAFT,
    "referrals:check": DRAFT,
    "referrals:paste_use": dict.fromkeys(ROLES, {405}),
    "referrals:paste": MEMBERS,
    "referrals:draft_delete": DRAFT_DELETE,
    "referrals:practices": dict(zip(ROLES, ["in", *[{200}] * 6], strict=True)),  # a public list
    "referrals:detail": OWN,
    "referrals:done": OWN,
    "referrals:withdraw": OWN,
    "referrals:error": OWN,
    "referrals:to_confirm": MEMBERS,
    # The lead is the clinician who was named; a colleague at the same practice does not have the page.
    "referrals:confirm": dict(zip(ROLES, ["in", {403}, {404}, {200}, {404}, {403}, {403}], strict=True)),
    "referrals:clinician": OWN,
    "own_safety:questions": dict.fromkeys(ROLES, {200}),  # asks for the date of birth, whoever it is
    "own_safety:thanks": dict.fromkeys(ROLES, {200}),
    "clinician:page": dict.fromkeys(ROLES, {200}),  # offers to email a code, whoever it is
    "referrals:reach": OWN,
    "referrals:correct": OWN,
    "referrals:weekly": MEMBERS,
    "referrals:talk": dict.fromkeys(ROLES, {200}),  # for everybody, like the leaflet
    "referrals:leaflet": dict.fromkeys(ROLES, {200}),
    "sessions:answer": dict.fromkeys(ROLES, {200}),  # the link itself is the key
    "offers:offer": dict.fromkeys(ROLES, {200}),
    "sessions:dates": dict.fromkeys(ROLES, {200}),
    "waiting:waiting": dict.fromkeys(ROLES, {200}),
    "sessions:join": dict.fromkeys(ROLES, {200, 302, 405}),
    "outcomes:feedback": dict.fromkeys(ROLES, {200}),
    "outcomes:thanks": dict.fromkeys(ROLES, {200, 302}),
    "optional:stop": dict.fromkeys(ROLES, {200}),
    "letter_code": dict.fromkeys(ROLES, {200}),  # the code is the key
    "messages:notify": dict.fromkeys(ROLES, {405}),  # machines post here, and prove who they are
    "messages:delivery": dict.fromkeys(ROLES, {405}),
}
SAME_ADDRESS = {"account_login", "account_request_login_code", "mfa_index"}  # allauth's names for pages above


@dataclass(frozen=True)
class World:
    """One of everything at Riverbank Surgery, with the values that fill the addresses."""

    cast: Cast
    reference: str
    answer: str
    form: str
    offer: str
    waiting: str
    own: str
    clinician: str
    draft: UUID
    pks: dict[str, int]

    def address(self, name: str) -> str:
        if name.startswith("referrals:") and name.rsplit(":")[1] in {
            "detail",
            "done",
            "withdraw",
            "error",
            "confirm",
            "clinician",
            "reach",
            "correct",
        }:
            return reverse(name, args=[self.reference])
        if name in ("colleague", "end_colleague"):
            return reverse(name, args=[self.pks["accounts.membership"]])
        if name in ("referrals:alike", "referrals:check", "referrals:draft_delete"):
            return reverse(name, args=[self.draft])
        if name == "referrals:page":
            return reverse(name, args=[self.draft, "patient"])
        if name == "passkey_remove":
            return reverse(name, args=[1])
        if name == "referrals:leaflet":
            return reverse(name, args=["easy-read"])
        if name.startswith("sessions:"):
            return reverse(name, kwargs={"token": self.answer})
        if name == "offers:offer":
            return reverse(name, kwargs={"token": self.offer})
        if name == "waiting:waiting":
            return reverse(name, kwargs={"token": self.waiting})
        if name == "optional:stop":
            person = Participant.objects.get(pk=self.pks["participants.participant"])
            return reverse(name, args=[person.pk, token_of(person)])
        if name.startswith("own_safety:"):
            return reverse(name, args=[self.own])
        if name == "clinician:page":
            return reverse(name, args=[self.clinician])
        if name.startswith("outcomes:"):
            return reverse(name, args=[self.form])
        return reverse(name)

    def client(self, role: str) -> Client:
        client = Client(raise_request_exception=True)
        return client if role == "nobody" else sign_in(client, getattr(self.cast, role))


@pytest.fixture
def world(cast: Cast) -> World:
    now = timezone.now()
    person = cohorts.PersonFactory(practice=cast.riverbank)
    referral = referrals.ReferralFactory(
        participant=person,
        organisation=cast.riverbank,
        submitted_by=cast.receptionist,
        status="waiting",
        opted_in_at=now - timedelta(days=3),
    )
    cohort = cohorts.cohort(
        now=now, starts_on=(now + timedelta(days=8)).astimezone(LONDON).date(), by=cast.officer
    )
    place = placement.place(referral=referral, cohort=cohort, by=cast.officer, now=now)
    attendance = place.attendances.order_by("starts_at").first()
    draft = drafts.save(
        key=uuid4(), user=cast.receptionist, now=now, keep_days=14, typed={"given_name": ["Ada"]}
    )
    ask_clinician(referral, clinician=cast.lead, by=cast.receptionist, now=now)
    asked = referral.confirmations.get()
    clinician = ClinicianLink.make(confirmation=asked, now=now, expires_at=now + timedelta(days=21))
    form = FormLink.make(attendance=attendance, now=now, expires_at=now + timedelta(days=30))
    offer = cohorts.offered(cohort, now=now, by=cast.officer)
    own = self_assessment.send_safety_link(referral=referral, because="again", by=cast.officer, now=now)
    return World(
        cast=cast,
        own=own.token,
        clinician=clinician.token,
        reference=referral.reference,
        draft=draft.key,
        answer=AnswerLink.objects.get(attendance=attendance).token,
        form=form.token,
        offer=offer.link.token,
        waiting=WaitingLink.make(
            referral=cohorts.waiting(), now=now, expires_at=now + timedelta(days=30)
        ).token,
        pks={
            "referrals.referral": referral.pk,
            "participants.participant": person.pk,
            "cohort_sessions.cohort": cohort.pk,
            "cohort_sessions.session": attendance.session_id,
            "cohort_sessions.place": place.pk,
            "cohort_sessions.attendance": attendance.pk,
            "cohort_sessions.programme": cohort.programme_id,
            "accounts.user": cast.lead.pk,
            "accounts.organisation": cast.hilltop.pk,
            "accounts.membership": cast.receptionist.memberships.get().pk,
        },
    )


def ask_clinician(referral: Referral, *, clinician: User, by: User, now: datetime) -> None:
    """As if a receptionist had left one list to this person, who is a clinician there, after all the rest."""
    clinician.memberships.update(role=CLINICIAN, profession="gp")
    SafetyAnswer.objects.create(
        referral=referral, question_set=safety.ABSOLUTE.code, version=1, wording=safety.ABSOLUTE.wording(),
        unanswered=True, answered_at=now, answered_by=by, answered_as="other",
    )  # fmt: skip
    screening.ask_clinician(referral=referral, name=clinician.name, email=clinician.email, by=by, now=now)


def named(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        elif pattern.namespace != "admin":
            yield from named(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def test_every_address_has_a_line_in_the_table():
    assert set(named(get_resolver())) - SAME_ADDRESS == set(TABLE)


@pytest.mark.parametrize("role", WALKS)
def test_each_role_gets_what_the_table_says(world: World, role: str):
    client, wrong = world.client(role), []
    for name, answers in TABLE.items():
        if name == "sign_out":
            continue  # it would end the walk
        answer = client.get(world.address(name))
        if answers[role] == "in":
            right = answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
        else:
            right = answer.status_code in answers[role]
        if not right:
            wrong.append((name, answer.status_code))
    assert wrong == []


def test_a_physiotherapist_elsewhere_gets_what_a_practice_elsewhere_gets(world: World):
    """An organisation of any kind sees its own rows and nobody else's."""
    team = organisations.add_organisation(name="Riverside Physio", kind="physiotherapy", by=None)
    client = sign_in(Client(), accounts.clinician(team, profession="physiotherapist"))
    wrong = []
    for name, answers in TABLE.items():
        if name != "sign_out" and answers["neighbour"] != "in":
            status = client.get(world.address(name)).status_code
            if status not in answers["neighbour"]:
                wrong.append((name, status))
    assert wrong == []


def office_addresses(world: World) -> list[str]:
    """Every page of every model in the admin: its list, the form to add, one row, its history, and each page of ours."""
    own = [reverse(f"admin:{name}") for name in ("index", "settings", "find", "calendar")]
    addresses = [*own, reverse("admin:work", args=["not_ready"]), reverse("admin:heading", args=["urgent"])]
    for model, model_admin in admin.site._registry.items():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        addresses += [reverse(f"admin:{label}_changelist"), reverse(f"admin:{label}_add")]
        pk = world.pks.get(model._meta.label_lower, 987654321)
        addresses += [reverse(f"admin:{label}_{page}", args=[pk]) for page in ("change", "history", "delete")]
        for pattern in model_admin.get_urls():
            if pattern.name and pattern.name.removeprefix(f"{label}_") not in STOCK:
                fits = pattern.pattern.regex.groups
                addresses.append(reverse(f"admin:{pattern.name}", args=[pk] * fits))
    return addresses


@pytest.mark.parametrize("role", WALKS)
def test_the_admin_is_for_the_office_alone(world: World, role: str):
    client = world.client(role)
    for address in office_addresses(world):
        answer = client.get(address)
        if role in {"officer", "administrator"}:
            # 403: nobody deletes, and some things are not added by hand; 405: buttons that are only pressed.
            assert answer.status_code in {200, 302, 403, 404, 405}, (role, address, answer.status_code)
            if "/delete/" in address:
                assert answer.status_code in {302, 403, 404}, (role, address, answer.status_code)
        elif role == "nobody":
            assert answer.status_code == 302, (address, answer.status_code)
            assert answer["Location"].startswith(("/admin/login/", SIGN_IN)), address
        else:
            assert answer.status_code == 403, (role, address, answer.status_code)


def test_only_an_administrator_may_open_accounts(world: World):
    add = reverse("admin:accounts_user_add")
    assert world.client("officer").get(add).status_code == 403
    assert world.client("administrator").get(add).status_code == 200


def test_another_organisations_referral_is_not_there_in_any_way(world: World):
    """Same status and same page as for a reference that nobody has."""
    neighbour = world.client("neighbour")
    theirs = neighbour.get(reverse("referrals:detail", args=[world.reference]))
    nobodys = neighbour.get(reverse("referrals:detail", args=["IYM-ZZZZ-ZZZ"]))
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content
    assert world.reference not in neighbour.get(reverse("referrals:list")).content.decode()
    search = neighbour.post(reverse("referrals:list"), {"search": world.reference}, follow=True)
    assert reverse("referrals:detail", args=[world.reference]) not in search.content.decode()
    own = world.client("receptionist").post(
        reverse("referrals:list"), {"search": world.reference}, follow=True
    )
    assert reverse("referrals:detail", args=[world.reference]) in own.content.decode()


def test_a_link_of_one_purpose_opens_nothing_else(world: World, client: Client):
    assert client.get(reverse("outcomes:feedback", args=[world.answer])).status_code == 404
    assert client.get(reverse("sessions:answer", kwargs={"token": world.form})).status_code == 404
    assert client.get(reverse("own_safety:questions", args=[world.answer])).status_code == 404
    assert client.get(reverse("offers:offer", kwargs={"token": world.answer})).status_code == 404
    assert client.get(reverse("sessions:answer", kwargs={"token": world.offer})).status_code == 404
    assert client.get(reverse("outcomes:feedback", args=[world.own])).status_code == 404
