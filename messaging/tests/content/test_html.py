"""The HTML of a mail: it says what the text says, and nothing in the text can become markup."""

import re
from html.parser import HTMLParser

import pytest

from messaging.content import html as html_content
from messaging.content import links
from messaging.content.notices import notices_line
from tests.quickest import quickest

SIGNATURE = "It’s Your Move\nActive County Partnership"
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """What a mail reader makes of it: words, tags, addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.open, self.links, self.words, self.lists = [], [], [], [], 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append((dict(attrs).get("href"), dict(attrs)["class"]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, "an element was closed that is not open"

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def read(text: str, **options) -> Reader:
    reader = Reader(html_content.html(subject="A note", text=text, **options))
    assert reader.open == []
    return reader


def buttons(reader: Reader) -> list[str]:
    return [address for address, look in reader.links if look == "button"]


def test_paragraphs_lists_and_signature_stay_what_they_are():
    page = read(f"Hello Ann,\n\nWhat comes:\n- one\n- two, on\n\nLine a\nLine b\n\n{SIGNATURE}")
    assert (page.count("ul"), page.count("li"), page.count("br")) == (1, 2, 2)
    assert page.text.endswith(
        "Hello Ann, What comes: one two, on Line a Line b It’s Your Move Active County Partnership"
    )


def test_lines_with_a_label_each_are_a_list_and_a_lone_one_is_not():
    assert read("Session 1: Tuesday 3 March\nSession 2: Tuesday 10 March").count("li") == 2
    assert read("Reason: none.\nIt was so.").count("li") == 0
    assert read("Reason: none.").count("li") == 0


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><b>',
        "&lt;script&gt;",
        "\ue0f0javascript:alert(1)\ue0f1",
        "\ue0f0<b>\ue0f1",
        "@@words@@ @@address@@ @@subject@@",
        "<!--end--><!--body-->",
    ],
)
def test_nothing_that_came_from_the_text_becomes_markup(evil):
    harmless = read("Hello Ann,\n\nA line.\n- a point")
    page = read(f"Hello {evil},\n\nA line.\n- a point {evil}")
    assert page.tags == harmless.tags
    assert page.links == harmless.links
    assert page.text.count(" ".join(links.whole(evil).split())) == 2
    subject = Reader(html_content.html(subject=f"For {evil}", text="Hello"))
    assert subject.count("script") == subject.count("img") == subject.count("b") == 0


def test_the_personal_link_is_the_one_button_and_its_address_stands_below():
    link = links.personal_link("/s/tok_en-1/?a=1&b=2")
    address = links.whole(link)
    page = read(f"Tell us:\n\n{link}\n\nOr here:\nhttps://other.example/page/\n\nBye")
    assert buttons(page) == [address]
    assert (address, "link") in page.links
    assert "https://other.example/page/" in [where for where, _ in page.links]
    assert address in page.text
    assert "Open your page" in page.text
    assert links.OPEN not in page.text


def test_the_button_says_what_it_does_and_stays_words():
    page = read(f"Tell us:\n\n{links.personal_link('/s/a/')}", button="Say if you can come <b> & go")
    assert "Say if you can come <b> & go" in page.text
    assert page.count("b") == 0
    assert "Open your page" not in page.text


def test_below_the_signature_an_address_is_a_link_of_the_words_before_it():
    stop, notices = links.personal_link("/u/1/tok_en/?a=1&b=2"), notices_line()
    page = read(f"Hello\n\n{SIGNATURE}\n\nUnsubscribe: {stop}\n\n{notices}")
    assert page.text.endswith("Active County Partnership Unsubscribe Privacy, accessibility and complaints")
    assert page.links == [
        (links.whole(stop), "link"),
        ("http://localhost:8000/notices/", "link"),
    ]
    assert read(f"Hello\n\n{notices}").text.endswith("Hello Privacy, accessibility and complaints")
    assert read(f"{SIGNATURE}\n\nUnsubscribe: [personal link]").links == []


def test_an_address_on_a_line_of_its_own_below_words_is_a_button_too():
    page = read("Sign in and answer.\nhttps://move.example/referrals/1/\n\nBye")
    assert buttons(page) == ["https://move.example/referrals/1/"]
    assert "Open the page" in page.text


def test_an_address_inside_a_sentence_is_a_link_without_the_stop():
    page = read("Look at https://www.nhs.uk/conditions/, or (https://move.example/a/).")
    assert [where for where, _ in page.links] == ["https://www.nhs.uk/conditions/", "https://move.example/a/"]


def test_the_copy_on_the_record_shows_where_the_link_was_and_leads_nowhere():
    page = read("Tell us:\n\n[personal link]\n\nBye")
    assert page.links == [(None, "button"), (None, "link")]
    assert "copy this address: [personal link]" in page.text


def test_the_telephone_number_can_be_pressed_but_not_inside_an_address(settings):
    settings.SERVICE_PHONE = "08001234567"
    page = read("Ring 08001234567. See https://move.example/08001234567/x")
    assert page.links == [("tel:08001234567", "link"), ("https://move.example/08001234567/x", "link")]


def test_nothing_is_fetched_and_the_dark_is_thought_of():
    html = html_content.html(subject="A note", text="Hello")
    assert not re.search(r"<img|<link|<script|url\(|@import|src=|background=", html)
    assert '<meta name="color-scheme" content="light dark">' in html
    assert html.count("prefers-color-scheme: dark") == 1
    assert len(html.encode()) < 8000


def test_large_print_is_the_same_in_24_pixels():
    ordinary, large = (
        html_content.html(subject="A note", text="Hello", large=large) for large in (False, True)
    )
    assert "font-size: 18px" in ordinary
    assert "font-size: 18px" not in large
    assert "font-size: 24px" in large
    assert Reader(ordinary).text == Reader(large).text


def test_other_names_in_the_settings_are_shown_at_once(settings):
    settings.SERVICE_NAME, settings.ORG_NAME = "Move & Meet", "A <County>"
    page = read("Hello\n\nMove & Meet\nA <County>\n\nA note after it")
    assert page.text == "Move & Meet Hello Move & Meet A <County> A note after it"


def test_a_mail_costs_less_than_half_of_what_its_layout_does():
    text = "Hello Ann,\n\n" + "\n".join(f"Session {n}: Tuesday {n} March 2026" for n in range(1, 11))
    text += f"\n\nHere:\n\n{links.personal_link('/s/x/')}\n\nRing 01632 960 123.\n\n{SIGNATURE}\n"

    def anew() -> str:
        html_content._layout.cache_clear()
        return html_content.html(subject="A note", text=text)

    anew()
    assert quickest(lambda: html_content.html(subject="A note", text=text)) < quickest(anew) / 2
