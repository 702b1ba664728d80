"""python -m bench NAME [--json] [--quick]"""

import argparse
import contextlib
import json
import os
import sys
from functools import partial

import django

from devtools.local_services import manager as local_services
from itsyourmove.environment import read_settings


def main() -> None:
    os.environ.setdefault("TESTING", "1")
    read_settings()
    local_services.ensure()
    django.setup()
    from bench import admin, allocation, crowded, messages, practices, report, web  # models need the settings

    benches = {
        "import": practices.measure,
        "web": web.measure,
        "admin": admin.measure,
        "allocation": allocation.measure,
        "messages": messages.measure,
        "crowded": crowded.measure,
    }
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure, beside a floor, in one run."
    )
    parser.add_argument("name", choices=[*benches, "all"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--referrals", type=int, default=0, help="admin: also at so many, as 1000000")
    wanted = parser.parse_args()
    benches["admin"] = partial(admin.measure, most=wanted.referrals)
    # Management commands print what they did: on the other stream, so that --json is JSON and nothing else.
    with contextlib.redirect_stdout(sys.stderr), report.database():
        for name in benches if wanted.name == "all" else [wanted.name]:
            found = report.told(name, benches[name](quick=wanted.quick))
            print(json.dumps(found) if wanted.json else report.table(found), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    main()
