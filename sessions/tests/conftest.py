"""What the browser tests of this room share."""

import pytest

from accounts.tests.factories import sign_in_browser
from tests.plugins.browser import DESK, PHONE

SIZES = {"320": PHONE, "1280": DESK}


@pytest.fixture(params=SIZES)
def look(request, live_server, open_page, axe, screenshot, no_sideways_scroll):
    """Open pages of this size; `look.at(page, name)` judges and pictures what it shows."""

    class Look:
        def new(self, user=None, **options):
            page = open_page(SIZES[request.param], **options)
            page.route(
                "https://zoom.us/**",
                lambda route: route.fulfill(body="The video room", content_type="text/plain"),
            )
            if user:
                sign_in_browser(page, live_server.url, user)
            return page

        def go(self, page, path):
            return page.goto(f"{live_server.url}{path}")

        def at(self, page, name):
            axe(page)
            no_sideways_scroll(page)
            screenshot(page, f"sessions-{name}-{request.param}")

    return Look()
