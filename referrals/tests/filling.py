"""Filling a referral's pages in a browser, as with the record open; the safety answers are there too."""

from django.utils import timezone
from playwright.sync_api import Page

ANSWERS = {
    "given_name": "Aoife",
    "family_name": "O’Neill",
    "date_of_birth_day": "27",
    "date_of_birth_month": "3",
    "date_of_birth_year": "1958",
    "nhs_number": "999 000 0018",
    "phone": "07700 900123",
    "email": "aoife@home.example",
    "postcode": "gl1 2ab",
    "referrer_name": "Dr Ruth O'Brien",
}


def patient(page: Page, **changed: str) -> None:
    names(page, **changed)
    for name in ("phone", "email", "postcode"):
        page.locator(f"[name={name}]").fill({**ANSWERS, **changed}[name])
    page.get_by_label("By email", exact=True).check()
    page.get_by_role("group", name="Is it safe to leave a message?").get_by_label("Yes", exact=True).check()
    go_on(page)


def names(page: Page, **changed: str) -> None:
    """The first half of that page."""
    for name in (
        "given_name",
        "family_name",
        "date_of_birth_day",
        "date_of_birth_month",
        "date_of_birth_year",
        "nhs_number",
    ):
        page.locator(f"[name={name}]").fill({**ANSWERS, **changed}[name])
    if "practice" in changed:
        page.get_by_label("GP practice where they are registered").fill(changed["practice"])
        page.keyboard.press("Tab")  # the look-up's list closes


def screening(page: Page) -> None:
    for none in page.get_by_label("None of these apply").all():
        none.check()
    go_on(page)


def consent(page: Page, **changed: str) -> None:
    page.get_by_role("group", name="Have they had pain for 3 months or more?").get_by_label(
        "Yes", exact=True
    ).check()
    page.get_by_label("Yes, today").check()
    page.locator("[name=referrer_name]").fill({**ANSWERS, **changed}["referrer_name"])
    page.locator("[name=referrer_role]").select_option("gp")
    page.get_by_label("I have the clinician’s safety answers").check()
    go_on(page)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def to_the_check(page: Page, **changed: str) -> None:
    """All pages, from the first; the answers are shown and not yet sent."""
    patient(page, **changed)
    consent(page, **changed)
    screening(page)
    page.get_by_role("heading", name="Check your answers before sending").wait_for()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send referral").click()
    page.get_by_role("heading", name="Referral sent").wait_for()


def agreed_today(page: Page) -> None:
    """On an officer's page for accepting: the person has agreed to take part, today."""
    page.get_by_label("Yes", exact=True).check()
    today = timezone.localdate()
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        page.get_by_label(part, exact=True).fill(str(value))
