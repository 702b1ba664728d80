"""`python -m devtools.pasting`: how well pasted text is read, by made-up referrals. Touches no database."""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping

from devtools.pasting import development, held_out, scoring
from devtools.pasting.scoring import Mark

MOST_FAULTS = 12  # shown of one layout


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m devtools.pasting", description=__doc__)
    parser.add_argument("layout", nargs="?", choices=development.LAYOUTS, help="this layout alone")
    parser.add_argument("--texts", type=int, default=100, help="of each layout")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--held-out", action="store_true", help="the total of the layouts kept apart, too")
    parser.add_argument("--by-layout", action="store_true", help="and each of them: when the work is done")
    parser.add_argument("--faults", action="store_true", help="of development: what was read otherwise")
    asked = parser.parse_args()
    _say(f"{'':<25}{''.join(f'{mark:>{len(mark) + 3}}' for mark in Mark)}")
    _part("development", development.LAYOUTS, asked, shown=True)
    if asked.held_out:
        _part("held out", held_out.LAYOUTS, asked, shown=asked.by_layout)


def _part(
    part: str, layouts: Mapping[str, scoring.Layout], asked: argparse.Namespace, *, shown: bool
) -> None:
    total: Counter[Mark] = Counter()
    for name, layout in layouts.items():
        if asked.layout in layouts and name != asked.layout:
            continue
        counted, faults = scoring.score(scoring.texts(name, layout, asked.texts, seed=asked.seed))
        total += counted
        if shown:
            _line(name, counted)
        if asked.faults and layouts is development.LAYOUTS:
            ordered = sorted(Counter(faults).items(), key=lambda each: (Mark.WRONG not in each[0], -each[1]))
            for fault, times in ordered[:MOST_FAULTS]:
                _say(f"    {times} x {fault}")
    _line(part.upper(), total)


def _line(name: str, counted: "Counter[Mark]") -> None:
    marks = "".join(f"{counted[mark]:>{len(mark) + 3}}" for mark in Mark)
    _say(f"{name:<18}{scoring.share_right(counted):>7.1%}{marks}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
