"""What the tests of this room share."""

import pytest
import time_machine

from accounts.tests.factories import sign_in, sign_in_browser
from sessions.tests import factories as make
from sessions.tests.schedule_changes.changing import heard
from tests.plugins.browser import PHONE


@pytest.fixture
def look(live_server, open_page, looked_at):
    """Open pages; `look.at(page, name)` judges and pictures what a page shows in every width."""

    class Look:
        def new(self, user=None, **options):
            page = open_page(PHONE, **options)
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
            looked_at(page, f"sessions-{name}")

    return Look()


@pytest.fixture
def cohort(db):
    return make.cohort()


@pytest.fixture
def place(cohort):
    """A person with a place, who has had their dates."""
    place = make.placed(cohort)
    heard("placed")
    return place


@pytest.fixture
def office(client, cast):
    """An officer's browser, when the usual cohort is about to begin."""
    with time_machine.travel(make.NOW, tick=False):
        yield sign_in(client, cast.officer)


@pytest.fixture
def office_today(client, cast):
    """An officer's browser by the clock as it is."""
    return sign_in(client, cast.officer)
