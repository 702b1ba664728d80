"""The design in a real browser: no violation, no sideways scroll, and everything works without JavaScript."""

import pytest

from tests.plugins.browser import DESK, PHONE

pytestmark = [pytest.mark.urls("tests.design_urls"), pytest.mark.django_db(transaction=True)]
SIZES = {"320": PHONE, "1280": DESK}
PAGES = ["blank/", "filled/", "question/", "page/parts/", "page/answer/", "page/done/", "page/500/", "page/404/"]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_the_design_is_accessible_and_fits(size, live_server, open_page, axe, screenshot, no_sideways_scroll):
    page = open_page(SIZES[size])
    for address in PAGES:
        page.goto(f"{live_server.url}/design/{address}")
        axe(page)
        no_sideways_scroll(page)
        screenshot(page, f"design-{address.strip('/').replace('/', '-')}-{size}")
