"""A mail's HTML, made from its text by one layout: no picture, no remote part, nothing that tracks.

The layout's style goes into its elements once, when a process first needs it. A mail then costs one walk over its
lines. Everything that came from the text is escaped before any of it becomes markup.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape

from django.conf import settings
from django.template.loader import render_to_string

from design.templatetags.design import dialled, service
from design.theme import COLOURS, FONT
from messaging.content.links import CLOSE, OPEN, SHOWN, whole
from participants.languages import ENGLISH, RIGHT_TO_LEFT, tag

LAYOUT = "messaging/emails/layout.html"
ORDINARY, LARGE = 18, 24  # pixels
PERSONAL, OTHER = "Open your page", "Open the page"
# In escaped text: an ampersand is one of the address only where it stands for itself.
ADDRESS = rf"https?://(?:[^\s<>\"'&{OPEN}{CLOSE}]|&amp;)*[^\s<>\"'&{OPEN}{CLOSE}.,:;!?)\]]"
MARKED_OR_NOT = re.compile(f"{OPEN}?{ADDRESS}{CLOSE}?")
LABELLED = re.compile(r"[^\s:.][^:.]{0,30}: ")  # "Session 3: Tuesday 17 March"
BULLET = "- "


def html(
    *, subject: str, text: str, large: bool = False, language: str = ENGLISH, button_words: str = ""
) -> str:
    """The mail as a page. `text` still has the marks around its personal links, or their stand-ins.

    Paragraphs, lists and the signature are the text's own; the first address that has a line to itself is the button.
    """
    page = _layout(large, language, settings.SERVICE_NAME, settings.SERVICE_PHONE)
    signature = escape(f"{settings.SERVICE_NAME}\n{settings.ORG_NAME}", quote=False)
    body: list[str] = []
    footer: list[str] = []
    button = True
    for paragraph in re.split(r"\n\s*\n", escape(text, quote=False).strip()):
        if footer or paragraph == signature:
            footer.append(page.small(page.inline(paragraph.replace("\n", "<br>\n"))))
            continue
        for block in _blocks(paragraph.split("\n"), page, button=button, button_words=button_words):
            button = button and not block.startswith(page.pressed)
            body.append(block)
    return page.whole(whole(escape(subject)), "".join(body), "".join(footer))


def _blocks(lines: list[str], page: "_Page", *, button: bool, button_words: str) -> list[str]:
    """One paragraph of the text: an address alone on its line, what is listed, and the words between them."""
    found: list[str] = []
    listed: list[str] = []
    words: list[str] = []
    labelled = len(lines) > 1 and all(map(LABELLED.match, lines))

    def shut() -> None:
        if words:
            found.append(page.text("<br>\n".join(words)))
        if listed:
            found.append(page.list("".join(listed)))
        words.clear()
        listed.clear()

    for line in lines:
        bullet = line.startswith(BULLET)
        if bullet or labelled:
            if words:
                shut()
            listed.append(page.item(page.inline(line.removeprefix(BULLET))))
        elif button and (line == SHOWN or ("://" in line and MARKED_OR_NOT.fullmatch(line))):
            shut()
            found.append(page.button(line, button_words))
            button = False
        else:
            if listed:
                shut()
            words.append(page.inline(line))
    shut()
    return found


class _Page:
    """The layout cut into pieces, its style already in each element."""

    def __init__(self, layout: str, phone: str) -> None:
        head, rest = layout.split("<!--body-->")
        pieces, foot = rest.split("<!--end-->")
        cut = dict(re.findall(r"<!--(\w+)-->(.*?)(?=<!--\w+-->|\Z)", pieces, re.DOTALL))
        self.text, self.list, self.item, self.small = (
            _around(cut[name]) for name in ("text", "list", "item", "small")
        )
        self._link, self._button = cut["link"], cut["button"]
        self.pressed = cut["button"].split(">", 1)[0]
        self._head, self._foot = head.split("@@subject@@"), foot.split("@@footer@@")
        self._number = escape(phone, quote=False)
        self._dial = self.linked(dialled(phone), self._number)
        self._alone = re.compile(rf"(?<![\w/]){re.escape(self._number)}(?!\w)")  # never inside an address

    def inline(self, words: str) -> str:
        """Escaped words with their addresses and our telephone number as links."""
        if "://" in words:
            words = MARKED_OR_NOT.sub(self._found, words)
        if self._number in words:
            words = self._alone.sub(lambda _: self._dial, words)
        return whole(words)

    def linked(self, address: str, words: str) -> str:
        return self._link.replace("@@address@@", address).replace("@@words@@", words)

    def button(self, line: str, words: str) -> str:
        personal = line == SHOWN or line.startswith(OPEN)
        button = self._button.replace("@@words@@", words or (PERSONAL if personal else OTHER))
        if line == SHOWN:  # a copy: it shows where the link was, and leads nowhere
            return re.sub(r' href="@@address@@"', "", button).replace("@@address@@", SHOWN)
        return button.replace("@@address@@", whole(line))

    def whole(self, subject: str, body: str, footer: str) -> str:
        return f"{self._head[0]}{subject}{self._head[1]}{body}{self._foot[0]}{footer}{self._foot[1]}"

    def _found(self, match: re.Match[str]) -> str:
        address = whole(match[0])
        return self.linked(address, address)


def _around(piece: str) -> Callable[[str], str]:
    before, after = piece.split("@@words@@")
    return lambda words: f"{before}{words}{after}"


@lru_cache(maxsize=32)
def _layout(large: bool, language: str, name: str, phone: str) -> _Page:
    import css_inline  # here: a process that writes no mail does without it

    size = LARGE if large else ORDINARY
    context = {
        "size": size,
        "big": size + 4,
        "small": size if large else size - 2,
        "font": FONT,
        "colours": COLOURS,
        "about": service(),
        "language": tag(language),
        "backwards": language in RIGHT_TO_LEFT,
    }
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    return _Page(inliner.inline(render_to_string(LAYOUT, context)), phone)
