"""`python -m devtools.pasting [LAYOUT] [--held-out] [--texts 100] [--faults]`: how well pasted text is read."""

import argparse
import os
from collections import Counter

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")
    django.setup()

    from devtools.pasting import development, held_out, scoring

    parser = argparse.ArgumentParser(description="Score the reading of made-up referrals.")
    parser.add_argument("layout", nargs="?", help="one layout of the development part")
    parser.add_argument("--texts", type=int, default=100, help="of each layout")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--held-out", action="store_true", help="the total of the layouts kept apart, too")
    parser.add_argument(
        "--by-layout", action="store_true", help="each held-out layout; look when the work is done"
    )
    parser.add_argument(
        "--faults", action="store_true", help="of development: what was read otherwise, most often first"
    )
    asked = parser.parse_args()

    def line(name: str, counted: "Counter[scoring.Mark]") -> None:
        marks = "".join(f"{counted[mark]:>{len(mark) + 3}}" for mark in scoring.Mark)
        print(f"{name:<18}{scoring.share_right(counted):>7.1%}{marks}")

    print(f"{'':<25}{''.join(f'{mark:>{len(mark) + 3}}' for mark in scoring.Mark)}")
    for part, layouts in (("development", development.LAYOUTS), ("held out", held_out.LAYOUTS)):
        if layouts is held_out.LAYOUTS and not asked.held_out:
            continue
        total: Counter[scoring.Mark] = Counter()
        shown = layouts is development.LAYOUTS or asked.by_layout
        for name, layout in layouts.items():
            if asked.layout and shown and name != asked.layout:
                continue
            made = scoring.texts(name, layout, asked.texts, seed=asked.seed)
            counted, faults = scoring.score(made)
            total += counted
            if shown:
                line(name, counted)
            if asked.faults and layouts is development.LAYOUTS:
                for fault, times in sorted(Counter(faults).items(), key=lambda each: ("WRONG" not in each[0], "right" in each[0], -each[1]))[:12]:
                    print(f"    {times} x {fault}")
        line(f"{part.upper()}", total)
