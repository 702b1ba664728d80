"""Fixtures that drive a real browser: `page`, `looked_at`, and its parts `axe`, `screenshot`, `no_sideways_scroll`."""

import json
import os
from collections.abc import Callable, Iterator
from functools import wraps

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, sync_playwright

from design.theme import FONT
from tests.browser import FLAGS, ROOT, chromium

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
WIDTHS = {"320": PHONE, "1280": DESK}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / ".local" / "screenshots"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run (one per xdist worker)."""
    path, environment = chromium()
    # Playwright's sync API keeps an event loop in this thread, which Django takes for asynchronous code and then
    # refuses the ORM. The loop never runs a query of ours, so the guard is lifted while the browser lives.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            chrome = playwright.chromium.launch(
                executable_path=path, env=environment, args=FLAGS, timeout=60_000
            )
            with pytest.MonkeyPatch.context() as patch:
                for press in ("click", "press"):
                    patch.setattr(Locator, press, _and_arrive(getattr(Locator, press)))
                patch.setattr(Page, "goto", _gone(Page.goto))
                yield chrome
            chrome.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a fresh context: `open_page(PHONE)`, `open_page(DESK, javascript=False)`.

    Errors in the page's console, CSP refusals among them, fail the test at its end.
    """
    contexts, complaints = [], []

    def opened(viewport: dict = DESK, *, javascript: bool = True, **options) -> Page:
        context = browser.new_context(
            viewport=viewport,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(30_000)  # a slow machine is not a fault
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def arrived(page: Page) -> None:
    """Wait until the page is there with its styles and its scripts have run, the one that comes later too: it puts
    another box in the place of a practice's."""
    page.wait_for_load_state("load")
    page.locator(".js-enabled input[data-practice-lookup]").first.wait_for(state="detached")


def _and_arrive(press: Callable[..., None]) -> Callable[..., None]:
    """A press that waits for the whole next page: Playwright's own waits for its first byte, and what a test asks
    next of a slow machine is then asked of half a page."""

    @wraps(press)
    def pressed(locator: Locator, *args, **options) -> None:
        press(locator, *args, **options)
        arrived(locator.page)

    return pressed


def _gone(go: Callable[..., Response | None]) -> Callable[..., Response | None]:
    @wraps(go)
    def there(page: Page, *args, **options) -> Response | None:
        response = go(page, *args, **options)
        arrived(page)
        return response

    return there


def _is_fault(message) -> bool:
    # Chromium logs every 4xx answer as an error, a wanted 404 too: those are for the test itself to judge. What has
    # no address was said by axe, whose own experiments with styles our CSP refuses.
    wanted = "Failed to load resource" in message.text or not message.location["url"]
    return message.type == "error" and not wanted


@pytest.fixture
def page(open_page) -> Page:
    """A desk-sized page with JavaScript."""
    return open_page(DESK)


@pytest.fixture
def phone(open_page) -> Page:
    """A page 320 pixels wide."""
    return open_page(PHONE)


# Words in another typeface than ours, and legends smaller than the answers below them: [what, where].
LOOK = """font => {
  const style = (e) => getComputedStyle(e);
  const told = (e) => e.outerHTML.slice(0, 160);
  const other = [...document.querySelectorAll("body, body *:not(svg, svg *, script, style, template)")]
    .filter((e) => !e.closest("code, pre, kbd, samp, .app-key") && style(e).fontFamily !== font)
    .map((e) => [style(e).fontFamily, told(e)]);
  const small = [...document.querySelectorAll("fieldset:has(input[type=radio], input[type=checkbox]) > legend")]
    .filter((legend) => !legend.classList.contains("visually-hidden"))
    .flatMap((legend) => [...legend.parentElement.querySelectorAll("input:is([type=radio], [type=checkbox])")]
      .flatMap((input) => [...input.labels])
      .filter((label) => label.closest("fieldset") === legend.parentElement)
      .filter((label) => parseFloat(style(label).fontSize) > parseFloat(style(legend).fontSize))
      .map((label) => [`${style(legend).fontSize} above ${style(label).fontSize}`, told(legend)]).slice(0, 1));
  return [...other, ...small].slice(0, 8);
}"""


def looks_ours(page: Page) -> None:
    """Check that every word is set in our typeface, and that no question is smaller than its answers."""
    assert page.evaluate(LOOK, FONT) == [], page.url


# All that axe has to say of the page, and which of its elements were there to be looked at.
WHOLE = """async (tags) => {
  window.lookedAt = new WeakSet([...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()));
  return await axe.run(document, {runOnly: {type: "tag", values: tags}, preload: false, resultTypes: ["violations"]});
}"""
# After the window was made wider or narrower: the rules about places and sizes, and every rule for what came to light.
REST = """async (tags) => {
  const options = {preload: false, resultTypes: ["violations"]};
  const there = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility());
  const fresh = there.filter((e) => !window.lookedAt.has(e));
  const roots = fresh.filter((e) => !fresh.includes(e.parentElement));
  const placed = await axe.run(document,
    {...options, runOnly: {type: "rule", values: ["target-size", "scrollable-region-focusable"]}});
  const shown = roots.length
    ? await axe.run({include: roots}, {...options, runOnly: {type: "tag", values: tags}}) : {violations: []};
  return {violations: [...placed.violations, ...shown.violations]};
}"""


@pytest.fixture
def axe() -> Callable[..., None]:
    """Check that the page as it stands has no WCAG 2.2 A or AA violation, and looks like one of ours.

    With `rest`, the page has been checked in this state, and only its window was made wider or narrower since.
    """
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page, *, rest: bool = False) -> None:
        arrived(page)
        looks_ours(page)
        if not page.evaluate("typeof axe === 'object'"):
            # Through the debugger, so our CSP neither hinders it nor has to make room for it.
            page.evaluate(source)
        found = page.evaluate(REST if rest else WHOLE, RULES)
        assert not found["violations"], f"{page.url}\n" + "\n".join(map(_told, found["violations"]))

    return check


def _told(violation: dict) -> str:
    places = "\n".join(
        f"    {' '.join(map(str, node['target']))}\n      {node['html'][:200]}\n      {node['failureSummary']}"
        for node in violation["nodes"][:8]
    )
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Keep a picture of the whole page in .local/screenshots/ when PICTURES=1: a sixth of the time of these tests."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("PICTURES"):
            arrived(page)
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return take


@pytest.fixture
def no_sideways_scroll() -> Callable[[Page], None]:
    """Check that nothing on the page is wider than its window."""

    def check(page: Page) -> None:
        arrived(page)
        width, wide = page.evaluate(
            """() => [document.documentElement.clientWidth, [...document.querySelectorAll('body *')]
                 .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                 .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)]"""
        )
        scrolled = page.evaluate("document.scrollingElement.scrollWidth")
        assert scrolled <= width, f"{page.url} is {scrolled} px wide in {width}: {json.dumps(wide)}"

    return check


@pytest.fixture
def looked_at(axe, no_sideways_scroll, screenshot) -> Callable[..., None]:
    """Look at a page as it stands, in the width it has and then in the other, so that one load does for both: nothing
    for axe to find, nothing too wide, and a picture of each. The page is PHONE or DESK; axe needs its scripts."""

    def look(page: Page, name: str, *, scripts: bool = True) -> None:
        was = page.viewport_size
        for width, size in sorted(WIDTHS.items(), key=lambda each: each[1] != was):
            page.set_viewport_size(size)
            if scripts:
                axe(page, rest=size != was)
            no_sideways_scroll(page)
            screenshot(page, f"{name}-{width}")
        page.set_viewport_size(was)

    return look
