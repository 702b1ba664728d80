"""A referral by a receptionist whose hands stay on the keys: Tab, Space, arrows, Enter and the letters.

Only what is required, with the patient on the phone and the clinician in the list.
"""

from datetime import date

import pytest
from playwright.sync_api import Page

from accounts.tests.factories import clinician, sign_in_browser
from referrals.models import Referral
from referrals.submission.forms import PAGES
from tests.plugins.browser import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {
    "given_name": "Aoife",
    "family_name": "O’Neill",
    "date_of_birth_day": "27",
    "date_of_birth_month": "3",
    "date_of_birth_year": "1958",
    "phone": "07700900123",
    "postcode": "gl12ab",
}
CHOSEN = {
    "preferred_contact": "phone",
    "message_safe": "yes",
    "pain_three_months": "yes",
    "agreed": "today",
    "patient_present": "yes",
    "emergency_signs": "none",
}
LISTED = "recommended_by"
TITLES = [page.title for name, page in PAGES.items() if name != "safety"]
MOST_STOPS = 120  # a trap for the keyboard, or an answer out of its reach, ends here

FOCUSED = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect(), look = getComputedStyle(e);
    const label = e.labels?.length ? getComputedStyle(e.labels[0], '::before') : null;
    const marked = s => s && (s.boxShadow !== 'none' || (s.outlineStyle !== 'none' && s.outlineWidth !== '0px'));
    return {name: e.name || '', type: e.type || '', value: e.value || '', text: e.textContent.trim(),
            shown: box.bottom > 0 && box.top < innerHeight, marked: Boolean(marked(look) || marked(label))};
}"""


class Keys:
    """Walks the page by Tab and remembers what was pressed, where the focus could not be seen, and what was answered."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed, self.unseen, self.answered = page, 0, [], set()

    def press(self, key: str) -> dict:
        self.page.keyboard.press(key)
        self.pressed += 1
        return self.page.evaluate(FOCUSED)

    def skip(self) -> None:
        """Pass the header by, as people do who work with the keyboard."""
        while self.press("Tab")["text"] != "Skip to main content":
            pass
        self.enter()

    def enter(self) -> None:
        """Press what has the focus; the page may go away with it."""
        self.page.keyboard.press("Enter")
        self.pressed += 1

    def until(self, text: str) -> None:
        """Tab on, answering what is asked, until the button or link with these words has the focus."""
        for _ in range(MOST_STOPS):
            here = self.press("Tab")
            if not (here["shown"] and here["marked"]):
                self.unseen.append(here["name"] or here["text"])
            if here["text"] == text:
                return
            self.answer(here)
        raise AssertionError(
            f"{text!r} was not reached in {MOST_STOPS} stops; answered: {sorted(self.answered)}"
        )

    def answer(self, here: dict) -> None:
        name = here["name"]
        if name in self.answered:
            return
        if name in TYPED:
            self.page.keyboard.type(TYPED[name])
            self.pressed += len(TYPED[name])
        elif here["type"] == "checkbox" and CHOSEN.get(name) == here["value"]:
            self.press("Space")
        elif here["type"] == "radio" and name in CHOSEN:
            self.press("Space")
            for _ in range(10):
                if here["value"] == CHOSEN[name]:
                    break
                here = self.press("ArrowDown")
        elif name == LISTED:
            self.press("ArrowDown")
        else:
            return
        self.answered.add(name)


def read(page: Page) -> int:
    """How many words stand on the page; of a closed list, those of the answer that shows."""
    unseen = page.locator("main select").evaluate_all(
        "all => all.flatMap(e => [...e.options].filter(o => !o.selected).map(o => o.text)).join(' ')"
    )
    return len(page.locator("main").inner_text().split()) - len(unseen.split())


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "320"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_a_whole_referral_is_sent_with_the_keyboard_alone(live_server, open_page, cast, size, javascript):
    page = open_page(size, javascript=javascript)
    ruth = clinician(cast.riverbank, email="ruth@riverbank.example")
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/referrals/new/")
    keys, pages, words = Keys(page), 1, 0
    for title in TITLES:
        page.get_by_role("heading", name=title).wait_for()
        keys.skip()
        keys.until("Continue")
        words += read(page)
        keys.enter()
        pages += 1
    page.get_by_role("heading", name="Check your answers before sending").wait_for()
    words += read(page)
    keys.skip()
    keys.until("Send referral")
    keys.enter()
    pages += 1
    page.get_by_role("heading", name="Referral sent").wait_for()
    assert keys.unseen == []
    assert keys.answered == {*TYPED, *CHOSEN, LISTED}
    referral = Referral.objects.select_related("participant").get()
    assert referral.participant.family_name == "O’Neill"
    assert referral.participant.date_of_birth == date(1958, 3, 27)
    assert (referral.referrer_role, referral.participant.preferred_contact) == ("gp", "phone")
    assert referral.confirmations.get().email == ruth.email
    assert pages == 4
    # Without scripts nothing that depends on an answer is hidden.
    most_presses, most_words = (90, 450) if javascript else (120, 620)
    assert keys.pressed < most_presses, f"{keys.pressed} presses: dear for a busy receptionist"
    assert words <= most_words, f"{words} words to read"


def test_mistakes_are_mended_with_the_keyboard_alone(live_server, open_page, cast):
    """Sent empty: the first link of the summary leads into its field, and from there the same walk goes on."""
    page = open_page(DESK)
    sign_in_browser(page, live_server.url, cast.receptionist)
    page.goto(f"{live_server.url}/referrals/new/")
    empty = Keys(page)
    empty.answered = {*TYPED, *CHOSEN}  # pass everything by
    empty.until("Continue")
    empty.enter()
    page.get_by_role("alert").get_by_text("There is a problem").wait_for()
    keys = Keys(page)
    keys.until("Enter the first name")
    here = keys.press("Enter")
    assert here["name"] == "given_name"
    keys.answer(here)
    keys.until("Continue")
    keys.enter()
    page.get_by_role("heading", name=TITLES[1]).wait_for()
