"""`--json` prints JSON and nothing else, whatever the code that is measured prints."""

import contextlib
import json
import sys

from django.core.management import call_command

from bench import __main__ as bench
from bench import practices, report


def measured(*, quick: bool) -> list[report.Row]:
    call_command("check")  # prints a line
    return [report.Row(case="one", value=1.5, unit="ms", rounds=1 if quick else 9)]


def test_json_is_all_that_it_prints(monkeypatch, capfd):
    monkeypatch.setattr(sys, "argv", ["bench", "import", "--quick", "--json"])
    monkeypatch.setattr(sys, "__stdout__", sys.stdout)
    monkeypatch.setattr(practices, "measure", measured)
    monkeypatch.setattr(report, "database", contextlib.nullcontext)
    bench.main()
    printed, said = capfd.readouterr()
    assert json.loads(printed)["rows"][0]["case"] == "one"
    assert "System check" in said
