"""A name may not carry an address: refused where it is typed, and led nowhere in mails where it is on record already."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from accounts import services
from accounts.access_requests import services as access_requests
from accounts.members import services as members
from accounts.models import Interest, Membership, User
from accounts.tests.access_requests.test_views import TYPED
from accounts.tests.factories import OfficerFactory, sign_in
from core.errors import Refused
from messaging.content import links, rendering
from messaging.content.html import ADDRESS
from messaging.kinds import registry as kinds
from messaging.letters import codes
from messaging.letters import content as letters_content
from messaging.letters import services as letters
from messaging.models import Message
from messaging.tests.letters.test_services import by_post
from participants.contact_log import proxies
from participants.models import Participant, ProxyContact
from participants.tests.factories import PersonFactory
from referrals.models import Referral
from referrals.submission import services as submission
from referrals.tests.factories import shown, submitted, typed
from sessions.models import AnswerLink
from sessions.tests import factories as make
from sessions.tests.factories import NOW
from tests.plugins.cast import Cast

pytestmark = pytest.mark.django_db
REFUSED = [
    "https://evil.example",
    "Win at www.evil.example",
    "ＷＷＷ．evil",
    "a://b",
    "Ann\ue0f0",
    "Ann\x07",
    "A\U000f0001",
]
# Before these were refused, they may have been kept; the last is what is still taken.
ON_RECORD = [
    "https://evil.example",
    "www.evil.example",
    "Ann\ue0f0http://evil.example/\ue0f1",
    "Free money at evil.example",
]
NO_ADDRESS = "must not contain a web address"
HIDDEN = "contains a hidden character"
INVITED = {"name": "Asha", "email": "asha@riverbank.example", "role": "clinician_admin", "profession": ""}
LINKED = re.compile(r"evil\.\w|://evil|www\.\w", re.IGNORECASE)  # what a mail program would make a link of


# --- Where names are typed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REFUSED)
def test_an_invitation_takes_no_address_for_a_name_and_keeps_what_was_typed(cast: Cast, name: str):
    answer = sign_in(Client(), cast.lead).post("/colleagues/invite/", INVITED | {"name": name})
    form = answer.context["form"]
    assert (NO_ADDRESS in form.errors["name"][0]) or (HIDDEN in form.errors["name"][0])
    assert form["name"].value() == name
    assert not Message.objects.exists()


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("box", ["given_name", "family_name", "preferred_name"])
def test_a_referral_takes_no_address_for_a_name(cast: Cast, name: str, box: str):
    address = f"/referrals/new/{uuid4()}/patient/"
    client = sign_in(Client(), cast.receptionist)
    answer = shown(client, client.post(address, typed(**{box: name})))
    assert answer.status_code == 200
    form = answer.context["form"]
    assert (NO_ADDRESS in form.errors[box][0]) or (HIDDEN in form.errors[box][0])
    assert form[box].value() == name


@pytest.mark.parametrize("box", ["name", "organisation_name"])
def test_a_stranger_who_asks_to_refer_gives_no_address_for_a_name(box: str):
    answer = Client().post("/join/", TYPED | {box: "www.evil.example"})
    assert NO_ADDRESS in answer.context["form"].errors[box][0]
    assert not Interest.objects.exists()


def test_a_dot_in_a_name_is_fine(cast: Cast):
    for name in ("A.Khan", "St.John Smith", "Dr. Webster-Www", "Free money at evil.example"):
        email = f"{uuid4().hex}@riverbank.example"
        answer = sign_in(Client(), cast.lead).post(
            "/colleagues/invite/", INVITED | {"name": name, "email": email}
        )
        assert answer.status_code == 302


# --- Services, by whatever way a name came -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", REFUSED)
def test_no_service_of_accounts_keeps_one(cast: Cast, name: str):
    people, asked = User.objects.count(), {k: v for k, v in TYPED.items() if k != "website"} | {"now": NOW}
    with pytest.raises(Refused, match="(?i)name"):
        members.invite(
            **INVITED | {"name": name}, is_lead=False, organisation=cast.riverbank, by=cast.lead, now=NOW
        )
    with pytest.raises(Refused, match="(?i)name"):
        services.open_account(email="new@home.example", name=name, now=NOW)
    with pytest.raises(Refused, match="(?i)name"):
        services.change_account(
            user=cast.lead,
            email=cast.lead.email,
            name=name,
            staff_role="",
            is_active=True,
            now=NOW,
            by=cast.officer,
        )
    for box in ("name", "organisation_name"):
        with pytest.raises(Refused, match="(?i)name"):
            access_requests.express(**asked | {box: name})
    assert User.objects.count() == people
    assert not Interest.objects.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_no_referral_and_nobody_who_hears_for_a_person_has_one(cast: Cast, name: str):
    for box in ("given_name", "family_name", "preferred_name", "referrer_name"):
        with pytest.raises(submission.ReferralRefused, match="(?i)name"):
            submitted(organisation=cast.riverbank, by=cast.receptionist, **{box: name})
    with pytest.raises(proxies.ProxyRefused, match="(?i)name"):
        proxies.add_proxy(
            person=PersonFactory(), name=name, relation="family", email="x@y.example", manner="copies",
            consent="spoken", by=cast.officer, now=NOW,
        )  # fmt: skip
    assert not Referral.objects.exists()


# --- On record already: the mail goes, and the name leads nowhere --------------------------------------------------------


def led_nowhere(*texts: str) -> None:
    for text in texts:
        assert not LINKED.search(text), text
        for address in re.findall(ADDRESS, text) + re.findall(r'href="([^"]+)"', text):
            assert "evil" not in address


@pytest.mark.parametrize("name", ON_RECORD)
def test_an_invitation_to_a_name_on_record_leads_to_our_own_page_alone(cast: Cast, name: str):
    members.invite(**INVITED, is_lead=False, organisation=cast.riverbank, by=cast.lead, now=NOW)
    Membership.objects.filter(user__email=INVITED["email"]).update(invited_name=name)
    type(cast.riverbank).objects.filter(pk=cast.riverbank.pk).update(name=name)
    mail = rendering.render_message(Message.objects.get(kind="invitation"), NOW)
    led_nowhere(mail.subject, mail.text, mail.html, mail.copy)
    assert f"{settings.SITE_ORIGIN}/sign-in/" in mail.text


@pytest.mark.parametrize("name", ON_RECORD)
def test_no_kind_of_message_links_what_stands_for_a_name(name: str):
    whose = {"first_name", "greeting", "organisation_name", "colleague", "name", "clinician"}
    for kind in kinds.registered():
        for sample in kind.samples():
            context = sample | dict.fromkeys(whose & sample.keys(), name)
            mail = rendering.render(kind, context)
            led_nowhere(mail.subject, mail.text, mail.html, mail.copy)
            if kind.text:
                led_nowhere(rendering.text_words(kind, context).text)
            led_nowhere(letters_content.of_context(kind, context, code="BCD-FGH-JKM").text)


def test_the_welcome_of_a_referral_and_the_mail_to_somebody_who_hears_for_them(cast: Cast):
    place = make.placed(make.cohort())
    person = place.referral.participant
    made = ProxyContact.objects.create(  # written once: so it was kept before names were looked at
        participant=person, name="https://evil.example", relation="family", email="pat@home.example",
        manner="copies", consent="spoken", consent_at=NOW, written_by=cast.officer,
    )  # fmt: skip
    Participant.objects.filter(pk=person.pk).update(preferred_name="www.evil.example")
    message = Message.objects.get(kind="placed", participant=person)
    led_nowhere(rendering.render_message(message, NOW).html, rendering.script(message, NOW))
    message.proxy, message.copy = made, True
    message.participant.refresh_from_db()
    mail = rendering.render_message(message, NOW)
    led_nowhere(mail.subject, mail.text, mail.html)


def test_names_with_dots_stay_readable():
    assert links.unlinked("A.Khan") == "A. Khan"
    assert links.unlinked("St.John Smith") == "St. John Smith"
    assert links.unlinked("Dr. J. Smith (Jr.)") == "Dr. J. Smith (Jr.)"
    assert links.unlinked("Flat 1.2, 6pm") == "Flat 1.2, 6pm"
    assert links.unlinked("evil。example") == "evil。 example"
    assert links.unlinked("Ann\ue0f0\x07\ue123 Lee") == "Ann Lee"


# --- A letter's code leads to our own pages ------------------------------------------------------------------------------


def test_the_code_of_a_letter_follows_no_name(client: Client):
    place = make.placed(make.cohort(), person=by_post())
    person = place.referral.participant
    message = Message.objects.get(kind="placed", participant=person)
    letters.print_letters(message_ids=[message.pk], by=OfficerFactory(), now=NOW)
    own = AnswerLink.objects.get(attendance__session__number=1)
    for name in ("//evil.example/", "/nowhere/", "/\\evil.example/"):
        forged = f"\ue0f0https://x{name}{own.token}\ue0f1"
        Participant.objects.filter(pk=person.pk).update(preferred_name=forged)
        assert codes.path_of(codes.code_of(message), NOW) == f"/s/{own.token}/"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/{}", "/\\evil.example/{}", "https://evil.example/s/{}/", "/nowhere/{}/"]
)
def test_a_code_leads_to_no_page_that_is_not_ours(elsewhere: str, monkeypatch):
    place = make.placed(make.cohort(), person=by_post())
    message = Message.objects.get(kind="placed", participant=place.referral.participant)
    letters.print_letters(message_ids=[message.pk], by=OfficerFactory(), now=NOW)
    own = AnswerLink.objects.get(attendance__session__number=1)
    code = codes.code_of(message)
    assert codes.path_of(code, NOW)
    monkeypatch.setattr(codes, "personal_path", lambda message, now, **_: elsewhere.format(own.token))
    assert codes.path_of(code, NOW) == ""
