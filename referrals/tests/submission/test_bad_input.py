"""Each button of a referral x each box of its form x the families of bad input: never a 5xx, nothing typed lost.

The walk of every address with nonsense is tests/test_abuse.py; here the form is otherwise filled in as it should be, so
that the one bad value reaches its own check, and the service behind it.
"""

import unicodedata
from html import unescape

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import sign_in
from design.fields import WHOLE_DATE
from participants.identity import services as people
from participants.models import Participant
from participants.tests.factories import PersonFactory
from referrals.models import Clearance, Referral, SafetyHold, StatusChange
from referrals.statuses import Status
from referrals.tests.factories import NOW, ReferralFactory
from referrals.triage.actions import DECISIONS

pytestmark = pytest.mark.django_db

BIDI, EMOJI, JOINED = "Ann\u202egpj.exe", "🦆 Ann 👩🏽‍🦽", "न\u200dि\u200b"
NFC, NFD = unicodedata.normalize("NFC", "Zoë Nguyễn"), unicodedata.normalize("NFD", "Zoë Nguyễn")
TEN_EQUAL, ARABIC = "1111111111", "٩٩٩٠٠٠٠٠١٨"
HUGE = str(10**20)
FAMILIES = {
    "nothing": "",
    "NUL": "a\0b",
    "bidi": BIDI,
    "emoji": EMOJI,
    "joiners": JOINED,
    "NFD": NFD,
    "null": "null",
    "quotes": "O'Brien \"; DROP TABLE x; --",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}{% debug %}%(x)s{0.__class__}",
    "crlf": "x\r\nBcc: somebody@else.example",
    "year 1": "1/1/0001",
    "year 9999": "31/12/9999",
    "number": HUGE,
    "minus": "-1",
    "arabic": ARABIC,
    "ten equal": TEN_EQUAL,
    "long": "word " * 1000,
    "two hundred kB": "x" * 200_000,
}
FEW = [(family, FAMILIES[family]) for family in ("NUL", "bidi", "number")]  # for what nobody types into
OPEN_IN = {
    "accept": Status.SUBMITTED,
    "ask": Status.SUBMITTED,
    "attempt": Status.CONTACTING,
    "said_yes": Status.CONTACTING,
    "not_wanted": Status.CONTACTING,
    "unreachable": Status.CONTACTING,
    "reopen": Status.UNREACHABLE,
    "decline": Status.SUBMITTED,
    "redirect": Status.SUBMITTED,
    "withdraw": Status.WAITING,
}


@pytest.fixture
def client(cast) -> Client:
    client = sign_in(Client(), cast.officer)
    client.raise_request_exception = False
    return client


def open_for(name: str, cast) -> Referral:
    referral = ReferralFactory(
        status=OPEN_IN.get(name, Status.SUBMITTED),
        opted_in_at=NOW,
        status_at=timezone.now(),
        organisation=cast.riverbank,
    )
    if name == "lift":
        SafetyHold.objects.create(
            referral=referral, why="officer", words="Pain", put_on_at=NOW, put_on_by=cast.officer
        )
    if name == "clear":
        Clearance.objects.create(referral=referral, because="falls", asked_at=NOW)
    return referral


def filled(form) -> dict[str, object]:
    """The form as an officer would send it: what is there, the first choice, a few words."""
    sent = {}
    for field in form:
        if getattr(field.field, "choices", None):
            choices = [code for code, _ in field.field.choices if code]
            sent[field.html_name] = field.value() or (choices[0] if choices else "")
        elif "PartsDate" in type(field.field).__name__:
            for part, value in (("day", "16"), ("month", "2"), ("year", "2026")):
                sent[f"{field.html_name}_{part}"] = value if field.field.required else ""
        else:
            sent[field.html_name] = field.value() or "Spoke with them"
    return sent


def is_kept(answer, name: str, text: str) -> bool:
    """What was typed is still in its box, for whoever has to mend it; one box holds one line, a date has three boxes."""
    page = " ".join(unescape(answer.content.decode()).split())
    parts = name.endswith("_day") and WHOLE_DATE.fullmatch(text) and text.split("/")
    if parts and all(f'value="{part}"' in page for part in parts):
        return True
    return " ".join(text.replace("\0", "\ufffd").split()) in page or name not in page


@pytest.mark.parametrize("name", DECISIONS)
def test_no_box_of_a_decision_falls_over_or_forgets(name, cast, client):
    referral = open_for(name, cast)
    page = reverse(f"admin:referrals_referral_{name}", args=[referral.pk])
    form = client.get(page).context["form"]
    good = filled(form)
    boxes = [box for box in good if not getattr(form.fields.get(box), "choices", None)]
    fallen, lost = [], []
    for box in [*good, "_to_field", "status"]:
        for family, text in FAMILIES.items() if box in good else FEW:
            with transaction.atomic():
                answer = client.post(page, good | {box: text})
                if answer.status_code >= 500:
                    fallen.append((box, family, answer.status_code))
                elif answer.status_code == 200 and box in boxes and family not in ("NUL", "nothing"):
                    lost += [] if is_kept(answer, box, text[:2000]) else [(box, family)]
                transaction.set_rollback(True)
    assert (fallen, lost) == ([], [])


def test_every_decision_can_be_made_with_what_the_walk_fills_in(cast, client):
    """Else the walk above would only ever meet the first check of each form."""
    stuck = []
    for name in DECISIONS:
        referral = open_for(name, cast)
        page = reverse(f"admin:referrals_referral_{name}", args=[referral.pk])
        good = filled(client.get(page).context["form"])
        if client.post(page, good).status_code != 302:
            stuck.append(name)
    # Three tries come first; a death is checked on a page of its own, and only what was recorded can be undone.
    assert stuck == ["unreachable", "died", "not_died"]


@pytest.mark.parametrize("name", DECISIONS)
def test_a_body_that_no_form_of_ours_has_is_a_bad_request(name, cast, client):
    referral = open_for(name, cast)
    page = reverse(f"admin:referrals_referral_{name}", args=[referral.pk])
    changes = StatusChange.objects.count()
    assert client.post(page, {"words": "x" * 2_000_000}).status_code == 400
    assert client.post(page, {f"field{n}": "" for n in range(5_000)}).status_code == 400
    assert client.post(page, "{broken", content_type="application/json").status_code == 200
    for method in ("put", "patch", "delete", "trace"):
        assert getattr(client, method)(page).status_code < 500
    for pk in (HUGE, "0", "x", "1 OR 1=1", "٣", "9" * 4000):
        address = reverse(f"admin:referrals_referral_{name}", args=[pk])
        assert client.get(address).status_code == client.post(address, {"words": "x"}).status_code == 404, pk
    assert (Referral.objects.get(pk=referral.pk).status, StatusChange.objects.count()) == (
        referral.status,
        changes,
    )


@pytest.mark.parametrize(
    "query", ["_to_field=password", "_to_field=submitted_by__email", "participant__nhs_number__regex=(", "status__in=x",
              "participant__family_name__startswith=O", "pk__gt=" + HUGE, "id__exact=" + HUGE, "show__regex=(", "_popup=1&_to_field=id"]
)  # fmt: skip
@pytest.mark.parametrize("role", ["officer", "administrator"])
def test_look_ups_that_are_not_the_lists_own_tell_nothing(query, role, cast):
    """`?participant__nhs_number__startswith=9` would say who is here, and stay in the browser's history."""
    client = sign_in(Client(raise_request_exception=False), getattr(cast, role))
    ReferralFactory(organisation=cast.riverbank)
    answer = client.get(f"{reverse('admin:referrals_referral_changelist')}?{query}")
    assert answer.status_code == (200 if query.startswith("_popup") else 400)


@pytest.mark.parametrize("role", ["receptionist", "lead", "neighbour", "stranger", None])
def test_nobody_but_the_office_presses_a_button_of_the_office(role, cast):
    client = sign_in(Client(), getattr(cast, role)) if role else Client()
    for name in DECISIONS:
        referral = open_for(name, cast)
        page = reverse(f"admin:referrals_referral_{name}", args=[referral.pk])
        answers = {
            client.get(page).status_code,
            client.post(page, {"words": "x", "reason": "other"}).status_code,
        }
        assert answers == ({403} if role else {302}), name
        referral.refresh_from_db()
        assert referral.status == OPEN_IN.get(name, Status.SUBMITTED)


# --- The person's page ---------------------------------------------------------------------------------------


def details(client, person) -> tuple[str, dict[str, object]]:
    page = reverse("admin:participants_participant_details", args=[person.pk])
    form = client.get(page).context["adminform"].form
    sent = {}
    for field in form:
        value = {True: "on", False: None}.get(field.value(), field.value())
        if value is not None:
            sent |= {field.html_name: value, field.html_initial_name: value}
    return page, sent


def test_no_box_of_a_persons_page_falls_over_or_forgets(client):
    page, good = details(client, PersonFactory())
    fallen, lost = [], []
    for box in good:
        for family, text in FEW if box.startswith("initial-") else FAMILIES.items():
            with transaction.atomic():
                answer = client.post(page, good | {box: text})
                if answer.status_code >= 500:
                    fallen.append((box, family, answer.status_code))
                free = not box.startswith("initial-") and box not in ("preferred_contact", "message_safe")
                if answer.status_code == 200 and free and family not in ("NUL", "nothing"):
                    lost += [] if is_kept(answer, box, text[:2000]) else [(box, family)]
                transaction.set_rollback(True)
    assert (fallen, lost) == ([], [])


@pytest.mark.parametrize(
    ("box", "text"),
    [
        ("given_name", BIDI),
        ("family_name", BIDI),
        ("preferred_name", "a\0b"),
        ("date_of_birth", "1/1/0001"),
        ("date_of_birth", "31/12/9999"),
        ("date_of_birth", "29/2/2023"),
        ("nhs_number", TEN_EQUAL),
        ("nhs_number", ARABIC),
        ("nhs_number", "9990000019"),
        ("postcode", "ＧＬ１ ２ＡＢＣ"),
        ("email", "a@b.example\r\nBcc: c@d.example"),
        ("email", "a@x.example,b@x.example"),
        ("phone", "٠٧٧٠٠"),
        ("practice_code", HUGE),
    ],
)
def test_what_nobody_can_have_meant_is_not_kept(box, text, client):
    person = PersonFactory()
    page, good = details(client, person)
    before = Participant.objects.values().get()
    assert client.post(page, good | {box: text}).status_code == 200
    assert Participant.objects.values().get() == before


@pytest.mark.parametrize("text", [EMOJI, NFD, "O'Brien", "null", "<b>Ann</b>"])
def test_what_somebody_may_be_called_is_kept_and_shown_as_it_is(text, client):
    person = PersonFactory()
    page, good = details(client, person)
    assert client.post(page, good | {"given_name": text}).status_code == 302
    person.refresh_from_db()
    assert person.given_name == unicodedata.normalize("NFC", text)
    assert "<b>Ann</b>" not in client.get(page).content.decode()


def test_two_spellings_of_one_letter_are_one_name(cast):
    """An NFD name from a Mac and an NFC name from a PC: nothing is told differently."""
    assert NFC != NFD

    assert not people.differs(NFC, NFD)
