"""The typeface and the colours of pages and mails: frontend/theme.json is their one source.

The build gives it to the style sheets as $app-font and $app-<colour>; mails and templates read it here.
"""

import json
from pathlib import Path

THEME = Path(__file__).resolve().parent.parent / "frontend" / "theme.json"

_theme = json.loads(THEME.read_text(encoding="utf-8"))
FONT: str = _theme["font"]
# "teal-dark" is COLOURS["teal_dark"] here, as templates want it.
COLOURS: dict[str, str] = {name.replace("-", "_"): value for name, value in _theme["colours"].items()}
