"""Nonsense at every door, for every role: a page that says what is wrong, never a fault of ours."""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import TextSignOff
from accounts.tests import factories as accounts
from core.admin import OwnFilters
from itsyourmove.models import Disposal
from tests.test_access import ROLES, TABLE, World, world  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db

HUGE = "1" + "0" * 20
TEXTS = [
    "",
    "a\0b",
    "9" * 5000,
    HUGE,
    "-1",
    "٣",
    "<script>alert(1)</script>\"'",
    "\u202e\u2028😀\ufeff",
    "29/2/2027",
    "24:00",
    "\r\nBcc: somebody@else.example",
    "http://[",
    "name@\ud7ff.example",
]
QUERIES = [
    "q=%27%22((&show=zz&when=zz&state=zz&look=zz",
    f"page={HUGE}&p={HUGE}&o=1.-99.x",
    "p=-1",
    "page=" + "9" * 1000,
    "show=%ed%a0%80&%ff=%fe",
    "next=//elsewhere.example/&e=1",
    "_popup=1&_to_field=name",
    "pk__regex=(",
    "secret=x",
    f"id__exact={HUGE}",
    "status__exact=zz",
]


def fallen(client: Client, method: str, address: str, *args, **kwargs) -> list[tuple]:
    """The request in short when it ended as a fault of ours; else nothing."""
    answer = getattr(client, method)(address, *args, **kwargs)
    return [(method, address[:80], str(args)[:60], answer.status_code)] if answer.status_code >= 500 else []


def names_on(page: str) -> set[str]:
    always = {"search", "answer", "referral"}
    return always | set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', page))


def walked(client: Client, address: str, queries: list[str], texts: list[str]) -> Iterator[tuple]:
    page = client.get(address)
    names = names_on(page.content.decode())
    for query in queries:
        yield from fallen(client, "get", f"{address}?{query}")
    for text in texts:
        yield from fallen(client, "post", address, dict.fromkeys(names, text))
        if "\0" in text:  # what a search keeps must not spoil the next look
            yield from fallen(client, "get", address)
    for method in ("put", "delete", "trace", "options") if queries else ():
        yield from fallen(client, method, address)
    yield from fallen(client, "post", address, "{broken", content_type="application/json")


@pytest.mark.parametrize("role", ROLES)
def test_no_address_falls_over_nonsense(world: World, role: str):  # noqa: F811
    client = world.client(role)
    client.raise_request_exception = False
    addresses = [world.address(name) for name in TABLE if name != "sign_out"]
    addresses += [
        "/s/x/",
        "/f/x/",
        "/q/x/",
        f"/referrals/{HUGE}/",
        world.address("sign_out"),
    ]  # the door last
    texts = TEXTS if role in ("nobody", "receptionist") else TEXTS[1:3]
    found = [each for address in addresses for each in walked(client, address, QUERIES[:6], texts)]
    assert found == []


def test_no_office_page_falls_over_nonsense(world: World):  # noqa: F811
    client = world.client("administrator")
    client.raise_request_exception = False
    found = []
    for model, model_admin in admin.site._registry.items():
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += walked(client, reverse(f"{label}_changelist"), QUERIES, TEXTS[1:4])
        for name, groups in (
            (each.name, each.pattern.regex.groups) for each in model_admin.get_urls() if each.name
        ):
            address = reverse(f"admin:{name}", args=[world.pks.get(model._meta.label_lower, 1)] * groups)
            if not address.endswith(("/delete/", "/history/")) and not name.endswith("_changelist"):
                found += walked(client, address, [], TEXTS[1:4])
            for pk in (HUGE, "9" * 4400) if groups else ():
                found += fallen(client, "get", reverse(f"admin:{name}", args=[pk] * groups))
    assert client.get(reverse("admin:index")).status_code == 200  # signed in to the end
    assert found == []


@pytest.mark.parametrize(
    "query", ["pk__regex=(", "id__range=1", "secret=x", "name__unaccent=x", "places__regex=("]
)
def test_a_list_of_the_office_is_narrowed_by_its_own_filters_alone(world: World, query: str):  # noqa: F811
    client = world.client("administrator")
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, OwnFilters), model
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        reads_none = model in (Disposal, TextSignOff)  # pages of ours, without filters
        assert client.get(f"{page}?{query}").status_code == (200 if reads_none else 400), model
        for each in model_admin.list_filter:
            own = f"{each}__exact" if isinstance(each, str) else each.parameter_name
            assert client.get(page, {own: "1"}).status_code == 200, (model, own)


@pytest.mark.parametrize("extra", [{"index": HUGE}, {"index": "1"}, {"_selected_action": "9" * 5000}])
def test_an_action_that_no_button_sends_is_a_bad_request(world: World, extra: dict):  # noqa: F811
    page = reverse("admin:messaging_message_changelist")
    action = {"action": "call_back", "_selected_action": "1", **extra}
    assert world.client("officer").post(page, action).status_code == 400


def test_a_person_to_place_with_a_number_of_5000_digits_is_nobody(world: World):  # noqa: F811
    page = reverse("admin:cohort_sessions_cohort_place", args=[world.pks["cohort_sessions.cohort"]])
    ticked = {"step": "confirm", "referral": ["9" * 5000, HUGE, "٣"]}
    assert world.client("officer").post(page, ticked).status_code == 200


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "base64", "idna", "zlib", "latin-1"])
def test_a_form_in_another_encoding_is_a_bad_request(client: Client, charset: str):
    part = '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na@\\ud800b.example+2AA-\r\n--x--\r\n'
    form = f"multipart/form-data; boundary=x; charset={charset}"
    assert client.generic("POST", "/sign-in/", part, content_type=form).status_code == 400


def test_nobody_may_send_us_files_that_fill_the_disk(client: Client):
    film = SimpleUploadedFile("film.mp4", b"x" * 2_000_000)
    assert client.post("/sign-in/", {"email": "a@b.example", "film": film}).status_code == 400


@pytest.mark.parametrize("length", ["\xb2", "٣", "9" * 5000, "-1", "1e3", "+1", " 1"])
def test_a_length_that_is_no_plain_number_is_a_bad_request(client: Client, length: str):
    answer = client.generic("POST", "/sign-in/", b"x", CONTENT_LENGTH=length)
    assert answer.status_code == 400
    assert answer["X-Frame-Options"] == "DENY"


def test_a_page_sent_from_a_broken_address_leads_home_after_signing_in(cast, client: Client):
    """The address of the page before is the browser's word; a bad one must not stand in the way."""
    accounts.sign_in(client, cast.officer)
    session = client.session
    session["account_authentication_methods"] = session["account_authentication_methods"][:1]
    session.save()
    answer = client.post("/admin/", headers={"referer": "http://["})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/")


def test_a_session_without_the_second_step_never_sees_the_recovery_codes(cast, client: Client):
    """Somebody who read the e-mailed code earlier must not wait for the owner to set up the app."""
    accounts.sign_in(client, cast.officer)
    session = client.session
    session["account_authentication_methods"] = session["account_authentication_methods"][:1]
    session.save()
    answer = client.get("/second-step/recovery-codes/")
    assert (answer.status_code, answer["Location"][:9]) == (302, "/sign-in/")


def test_stock_pages_that_nothing_leads_to_are_not_there(world: World):  # noqa: F811
    client = world.client("administrator")
    for address in ("/admin/r/1/1/", "/admin/password_change/", "/admin/password_change/done/"):
        assert client.get(address).status_code == 404, address
