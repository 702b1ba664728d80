"""python -m bench NAME [--json] [--quick]"""

import argparse
import json
import os

import django

from itsyourmove import local


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsyourmove.settings")
    local.ensure()
    django.setup()
    from bench import practices, web  # noqa: PLC0415 - models need the settings
    from bench.report import told  # noqa: PLC0415

    benches = {"import": practices.measure, "web": web.measure}
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure, beside a floor, in one run."
    )
    parser.add_argument("name", choices=[*benches, "all"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    wanted = parser.parse_args()
    for name, measure in benches.items():
        if wanted.name not in (name, "all"):
            continue
        report = told(name, measure(quick=wanted.quick))
        if wanted.json:
            print(json.dumps(report))
            continue
        print(f"{name}: {report['machine']}")
        for row in report["rows"]:
            ratio = f"{row['ratio']} x {row['versus']}" if row["ratio"] else ""
            print(
                f"  {row['case']:36} {row['value']:9.2f} {row['unit']} [{row['low']}..{row['high']}] {ratio}"
            )


if __name__ == "__main__":
    main()
