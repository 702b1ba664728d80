"""The browser fixtures judge a page only when it is there with its styles."""

import pytest

from accounts.tests.factories import sign_in_browser
from tests.plugins.browser import arrived

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_press_alone_leaves_the_page_without_its_styles(page, live_server, cast):
    sign_in_browser(page, live_server.url, cast.officer)
    held, slow = [], True
    page.route("**/*.css*", lambda route: held.append(route) if slow else route.continue_())
    page.goto(f"{live_server.url}/admin/", wait_until="commit")
    page.wait_for_function("document.readyState != 'complete'")
    assert page.evaluate("document.readyState") != "complete"
    slow = False
    for route in held:
        route.continue_()
    arrived(page)
    assert page.evaluate("document.readyState") == "complete"
