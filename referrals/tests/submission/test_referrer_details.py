"""Who fills the form in: a clinician's own name is there already; an administrator says for which clinician."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.organisations import services as organisations
from accounts.tests import factories
from accounts.tests.factories import sign_in
from participants.models import Participant
from referrals.models import Confirmation, Referral
from referrals.submission.forms import PAGES
from referrals.tests.factories import send, typed

pytestmark = pytest.mark.django_db
NOT_CLINICIAN = {
    f"safety_{name}": ["not_clinician"] for name in ("contraindications", "red_flags", "conversation")
}
NOBODY_TYPED = {"referrer_name": "", "referrer_role": None}


@pytest.fixture
def ruth(cast):
    return factories.clinician(cast.riverbank, email="ruth@riverbank.example")


@pytest.fixture
def sam(cast) -> Client:
    return sign_in(Client(), cast.receptionist)


def agreement(client: Client, form: dict | None = None) -> object:
    """The page about the clinician as it opens, after the one before it."""
    key = uuid4()
    own = {box: value for box, value in (form or typed()).items() if PAGES["patient"].asks(box)}
    answer = client.post(f"/referrals/new/{key}/patient/", own)
    assert answer.status_code == 302, answer.context["form"].errors
    return client.get(f"/referrals/new/{key}/consent/")


def test_a_clinician_finds_their_own_name_and_profession(ruth):
    form = agreement(sign_in(Client(), ruth)).context["form"]
    assert form["referrer_name"].value() == "Dr Ruth O'Brien"
    assert form["referrer_role"].value() == "gp"
    assert "recommended_by" not in form.fields


def test_an_administrator_where_no_clinician_has_an_account_types_the_name(sam):
    form = agreement(sam).context["form"]
    assert "recommended_by" not in form.fields
    assert form["referrer_name"].value() is None


def test_an_administrator_acts_for_a_clinician_of_the_list(sam, ruth, cast, office):
    place = ruth.memberships.get()
    page = agreement(sam)
    assert f'<option value="{place.pk}">Dr Ruth O&#x27;Brien, GP</option>' in page.content.decode()
    assert send(sam, typed(recommended_by=str(place.pk), **NOBODY_TYPED)).url.endswith("/sent/")
    referral = Referral.objects.get()
    assert (referral.referrer_name, referral.referrer_role) == ("Dr Ruth O'Brien", "gp")
    assert referral.submitted_by == cast.receptionist
    told = "Sam O’Brien for Dr Ruth O&#x27;Brien"
    assert told in sam.get(f"/referrals/{referral.reference}/").content.decode()
    assert told in office.get(f"/admin/referrals/referral/{referral.pk}/change/").content.decode()
    assert {answer.answered_as for answer in referral.safety_answers.all()} == {"administrator"}


def test_somebody_who_is_not_in_the_list_is_typed(sam, ruth):
    assert send(sam, typed(referrer_name="Nurse Joy", referrer_role="nurse")).url.endswith("/sent/")
    assert Referral.objects.get().referrer_name == "Nurse Joy"


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        (NOBODY_TYPED, "recommended_by", "Choose the referring clinician"),
        ({"referrer_role": None}, "referrer_role", "Select their role"),
        ({"recommended_by": "list"}, "recommended_by", "not both"),
        ({"recommended_by": "999999", **NOBODY_TYPED}, "recommended_by", "from the list"),
    ],
)
def test_a_wrong_choice_of_clinician_is_said_and_nothing_is_lost(sam, ruth, answers, field, sentence):
    if answers.get("recommended_by") == "list":
        answers = {"recommended_by": str(ruth.memberships.get().pk)}
    page = send(sam, typed(**answers))
    assert sentence in page.context["form"].errors[field][0]
    assert 'value="today"' in page.content.decode()
    assert not Referral.objects.exists()


def test_the_clinician_who_is_named_for_the_lists_is_asked_and_recommends(sam, ruth, cast):
    chosen = str(ruth.memberships.get().pk)
    form = typed(safety_clinician=chosen, **NOT_CLINICIAN) | {"recommended_by": chosen, "referrer_name": ""}
    key = form["submission_key"]
    for name in ("patient", "consent"):
        sam.post(
            f"/referrals/new/{key}/{name}/", {box: v for box, v in form.items() if PAGES[name].asks(box)}
        )
    lists = sam.get(f"/referrals/new/{key}/safety/").context["form"]
    assert lists["safety_clinician"].value() == chosen, "who refers is, as a rule, who answers"
    assert send(sam, form).url.endswith("/sent/")
    asked = Confirmation.objects.get()
    assert (asked.name, asked.email) == ("Dr Ruth O'Brien", "ruth@riverbank.example")
    assert list(Confirmation.objects.for_clinician(ruth)) == [asked]


def test_whoever_left_the_lists_to_a_clinician_reads_on_the_last_page_what_becomes_of_it(sam, ruth):
    left = typed(safety_clinician=str(ruth.memberships.get().pk), **NOT_CLINICIAN)
    words = "We can’t offer a place until Dr Ruth O&#x27;Brien has answered the safety questions."
    assert words in sam.get(send(sam, left).url).content.decode()
    whole = typed(given_name="Siân", family_name="Rees", nhs_number="", postcode="GL50 1AA")
    assert words not in sam.get(send(sam, whole).url).content.decode()


def test_a_colleague_and_a_typed_name_for_the_lists_contradict_each_other(sam, ruth):
    both = typed(
        safety_clinician=str(ruth.memberships.get().pk),
        clinician_name="Dr Else",
        clinician_email="else@riverbank.example",
        **NOT_CLINICIAN,
    )
    assert "not both" in send(sam, both).context["form"].errors["safety_clinician"][0]


def test_a_typed_name_counts_beside_the_clinician_whom_we_had_chosen_beforehand(sam, ruth):
    chosen = str(ruth.memberships.get().pk)
    answers = typed(
        safety_clinician=chosen,
        clinician_name="Dr Else",
        clinician_email="else@riverbank.example",
        **NOT_CLINICIAN,
    )
    assert send(sam, answers | {"recommended_by": chosen, "referrer_name": ""}).url.endswith("/sent/")
    asked = Confirmation.objects.get()
    assert (asked.name, asked.email) == ("Dr Else", "else@riverbank.example")
    assert Referral.objects.get().referrer_name == "Dr Ruth O'Brien"


def test_a_missing_clinician_is_asked_for_at_the_list_of_them(sam, ruth):
    page = send(sam, typed(**NOBODY_TYPED)).content.decode()
    assert '<a href="#id_recommended_by">Choose the referring clinician, or enter their name</a>' in page


def test_only_clinicians_who_work_here_now_are_in_the_list(sam, ruth, cast):
    factories.clinician(cast.hilltop, name="Dr Next Door")
    gone = factories.clinician(cast.riverbank, name="Dr Gone")
    gone.memberships.update(ended_at=factories.JOINED, ended_because="lead")
    shut = factories.clinician(cast.riverbank, name="Dr Shut")
    type(shut).objects.filter(pk=shut.pk).update(is_active=False)
    listed = [words for _, words in agreement(sam).context["form"].fields["recommended_by"].choices]
    assert listed[1:] == ["Dr Ruth O'Brien, GP"]


def test_whoever_works_in_two_places_chooses_among_the_clinicians_of_the_one_they_refer_for(cast, ruth):
    factories.clinician(cast.hilltop, name="Dr Next Door")
    factories.services.join(
        user=cast.receptionist, organisation=cast.hilltop, role="clinician_admin", now=factories.JOINED
    )
    client = sign_in(Client(), cast.receptionist)
    form = agreement(client, typed(organisation=str(cast.hilltop.pk))).context["form"]
    assert [words for _, words in form.fields["recommended_by"].choices][1:] == ["Dr Next Door, GP"]


def test_a_physiotherapist_refers_from_a_body_that_is_no_practice(cast):
    team = organisations.add_organisation(name="Riverside Physio", kind="physiotherapy", by=None)
    asha = factories.clinician(team, profession="physiotherapist", name="Asha O'Neill")
    client = sign_in(Client(), asha)
    form = agreement(client).context["form"]
    assert (form["referrer_name"].value(), form["referrer_role"].value()) == (
        "Asha O'Neill",
        "physiotherapist",
    )
    sent = send(client, typed(referrer_name="Asha O'Neill", referrer_role="physiotherapist"))
    page = client.get(sent.url.removesuffix("sent/")).content.decode()
    assert "Riverside Physio" in page
    assert "LOCAL" not in page
    assert Participant.objects.get().practice == cast.riverbank
