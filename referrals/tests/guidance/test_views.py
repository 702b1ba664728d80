"""The pages for everybody: how to talk about the programme, and the leaflet in three forms, on the screen and on A4."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.tests.factories import sign_in, sign_in_browser
from referrals.guidance import content as guidance_content
from referrals.tests.factories import submitted
from tests.plugins.browser import DESK, PHONE, SCREENSHOTS

TALK = "/referrals/talk/"
LEAFLETS = {form: f"/referrals/leaflet/{form}/" for form in guidance_content.FORMS}
PICTURES = [picture for page in guidance_content.EASY_READ for picture in page.pictures]


def told(address: str) -> str:
    page = Client().get(address)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


@pytest.mark.django_db
def test_anybody_reads_them_and_the_front_door_leads_there(django_assert_num_queries):
    assert 'href="/for-professionals/"' in Client().get("/").content.decode()
    assert f'href="{TALK}"' in Client().get("/for-professionals/").content.decode()
    with django_assert_num_queries(0):
        page = Client().get(TALK).content.decode()
    for address in LEAFLETS.values():
        assert f'href="{address}"' in page
        with django_assert_num_queries(0):
            assert Client().get(address).status_code == 200


@pytest.mark.django_db
def test_the_referrers_pages_lead_there_too(cast):
    client = sign_in(Client(), cast.receptionist)
    referral = submitted(organisation=cast.riverbank, by=cast.receptionist)
    assert f'href="{TALK}"' in client.get("/referrals/").content.decode()
    assert f'href="{TALK}#leaflet"' in client.get(f"/referrals/{referral.reference}/sent/").content.decode()


@pytest.mark.parametrize("address", LEAFLETS.values())
def test_every_leaflet_has_the_emergency_signs(address):
    page = told(address)
    for words in ("numbness between your legs", "weakness in your legs", "999 or go to A&amp;E now"):
        assert words in page


@pytest.mark.parametrize("form", ["", "braille", "standard%00", "../x", "Standard"])
def test_there_are_three_forms_and_no_others(form):
    assert Client().get(f"/referrals/leaflet/{form}/").status_code in (400, 404)


def test_name_telephone_and_age_are_those_of_the_place(settings):
    settings.SERVICE_NAME, settings.SERVICE_PHONE, settings.MINIMUM_AGE = "Move {Well}", "01632 960 777", 21
    page = told(TALK)
    assert "Move {Well} is 10 supervised movement sessions" in page
    assert "People aged 21 or over who have had pain for three months or more." in page
    for address in LEAFLETS.values():
        assert "01632 960 777" in told(address)


def every_sentence() -> list[str]:
    parts = [
        guidance_content.ABOUT, guidance_content.SUITS, guidance_content.NOT_NOW, guidance_content.AFTER, *guidance_content.LEAFLET,
    ]  # fmt: skip
    lines = [line for part in parts for line in (part.title, *part.lines)]
    talk = [words for saying in guidance_content.TALK for words in (saying.when, saying.words)]
    return [*lines, *talk, *(picture.words for picture in PICTURES)]


@pytest.mark.parametrize(
    "harsh",
    [
        "exercise",
        "fail",
        "must ",
        "lazy",
        "wear and tear",
        "damage",
        "no pain",
        "prescribe ",
        "cure",
    ],
)
def test_nothing_blames_or_frightens_or_prescribes(harsh):
    quoted = "NICE recommends offering a supervised group exercise programme"
    assert not [line for line in every_sentence() if harsh in line.lower() and not line.startswith(quoted)
                and "told to exercise" not in line]  # fmt: skip


def test_no_one_who_reads_or_hears_it_is_called_a_patient():
    leaflet = [line for part in guidance_content.LEAFLET for line in (part.title, *part.lines)]
    said = [saying.words for saying in guidance_content.TALK]
    assert not [
        line for line in [*leaflet, *said, *(picture.words for picture in PICTURES)] if "patient" in line
    ]


def test_easy_read_has_one_short_idea_and_one_picture_a_line():
    for picture in PICTURES:
        assert len(picture.words.split()) <= 10, picture.words
        assert picture.shows
        file = Path(settings.BASE_DIR) / "static" / "leaflet" / f"{picture.file}.svg"
        drawn = file.read_text()
        assert drawn.startswith("<svg "), file
        assert not re.search(r"<script|<style|href|url\(|\son[a-z]+=", drawn), file


def test_every_picture_that_is_drawn_is_used():
    drawn = {path.stem for path in (Path(settings.BASE_DIR) / "static" / "leaflet").glob("*.svg")}
    assert drawn == {picture.file for picture in PICTURES}


@pytest.mark.django_db(transaction=True)
def test_they_read_well_on_the_screen(live_server, open_page, looked_at):
    page = open_page(PHONE)
    for name, address in {"talk": TALK, **LEAFLETS}.items():
        page.goto(f"{live_server.url}{address}")
        looked_at(page, f"talk-{name}")
        assert page.evaluate("[...document.images].every(each => each.complete && each.naturalWidth > 0)")


# Points on paper: large print is 20, Easy Read is read beside its pictures. CSS counts 0.75 point a pixel.
LEAST = {"standard": 12, "large-print": 20, "easy-read": 18}
SHEETS = {"standard": 1, "large-print": 2, "easy-read": 4}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", LEAFLETS)
def test_on_paper_a_leaflet_is_large_enough_and_stands_alone(live_server, open_page, cast, form):
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}{LEAFLETS[form]}")
    assert page.get_by_role("button", name="Print this leaflet").is_visible()
    printed = page.pdf(prefer_css_page_size=True)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / f"leaflet-{form}.pdf").write_bytes(printed)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == SHEETS[form]
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45]\.?\d* 84[12]", printed), "A4"
    page.emulate_media(media="print")
    for words in ("Sign out", "Need help?", "Print this leaflet", "Skip to main content", "Easy Read"):
        assert not page.get_by_text(words).first.is_visible(), words
    sizes = page.eval_on_selector_all(
        ".app-leaflet p:not(.app-leaflet__name):not(.app-leaflet__foot), .app-leaflet li, .app-leaflet h1",
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize) * 0.75)",
    )
    assert min(sizes) >= LEAST[form] - 0.01


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", guidance_content.FORMS)
def test_on_the_screen_no_heading_touches_what_is_above_it(live_server, open_page, form):
    page = open_page(PHONE)
    page.goto(f"{live_server.url}{LEAFLETS[form]}")
    gaps = page.locator(".app-leaflet section + section").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().top - e.previousElementSibling.getBoundingClientRect().bottom)"
    )
    assert gaps
    assert min(gaps) >= 24
