"""One set of colours for pages, pictures and mails, and one place that has it."""

import re
from pathlib import Path

from design.theme import COLOURS
from messaging.content import rendering
from messaging.kinds import registry as kinds
from tests.browser import ROOT

HEX = re.compile(r"(?<![\w&])#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
QR_CODE = ROOT / "templates/mfa/set_up.html"  # black on white, or telephones do not read it


def colours_in(path: Path) -> set[str]:
    return {each.lower() for each in HEX.findall(path.read_text(encoding="utf-8"))}


def test_no_style_sheet_or_template_has_a_colour_of_its_own():
    sources = [*ROOT.glob("frontend/scss/*.scss"), *ROOT.glob("templates/**/*.html")]
    assert len(sources) > 100
    own = {str(path.relative_to(ROOT)): found for path in sources if (found := colours_in(path))}
    own.pop(str(QR_CODE.relative_to(ROOT)))
    assert own == {}


def test_pictures_and_mails_are_drawn_in_the_same_colours():
    palette = {*COLOURS.values(), "#fff"}
    pictures = [*ROOT.glob("static/*.svg"), *ROOT.glob("static/leaflet/*.svg")]
    assert len(pictures) > 15
    other = {path.name: found for path in pictures if (found := colours_in(path) - palette)}
    assert other == {}
    for kind in kinds.registered():
        html = rendering.render(kind, kind.samples()[0]).html
        used = {each.lower() for each in HEX.findall(html)}
        assert {COLOURS["teal"], COLOURS["green"]} & used, kind.name
        assert used <= palette, (kind.name, used - palette)
