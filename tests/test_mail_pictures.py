"""Every mail as mail readers show it: light and dark, on a phone and on a desk; with PICTURES=1 all of them, pictured."""

import os

import pytest

from messaging.content import html as html_content
from messaging.content import rendering
from messaging.kinds import registry as kinds
from tests.plugins.browser import DESK, PHONE

SIZES = {"320": PHONE, "1280": DESK}
# The longest, the shortest, and the one with the most links: the others are made of the same pieces.
FEW = ("placed", "sign_in_code", "weekly_digest")


def mails() -> list:
    return [
        pytest.param(rendering.render(kind, sample), f"{kind.name}-{number}", id=f"{kind.name}-{number}")
        for kind in kinds.registered()
        if os.environ.get("PICTURES") or kind.name in FEW
        for number, sample in enumerate(kind.samples(), start=1)
        if os.environ.get("PICTURES") or number == 1
    ]


@pytest.fixture(params=["light", "dark"])
def look(request, open_page, axe, screenshot, no_sideways_scroll):
    pages = {size: open_page(view, color_scheme=request.param) for size, view in SIZES.items()}

    def at(html: str, name: str) -> None:
        for size, page in pages.items():
            page.set_content(html)
            axe(page)
            no_sideways_scroll(page)
            screenshot(page, f"mail-{name}-{request.param}-{size}")

    return at


@pytest.mark.parametrize(("mail", "name"), mails())
def test_every_mail_can_be_read_in_light_and_dark_on_any_screen(look, mail, name):
    look(mail.html, name)


def test_large_print_and_the_longest_names_and_links_fit_a_phone(look):
    name = "Wolfeschlegelsteinhausenbergerdorff" * 3
    text = (
        f"Hello {name},\n\nHere:\n\nhttps://move.example/s/{'x' * 120}/\n\n- {name}\n\nRing 01632 960 123.\n"
    )
    look(html_content.html(subject="A note", text=text, large=True), "large-print")
