"""Every page that an address of ours answers with is HTML without an error, for each role, and with its form sent empty.

The W3C's checker reads them (npm's vnu-jar, which needs Java 17); `make audit` runs this, as `make test` does.
"""

import json
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from django.http import HttpResponse

from tests.browser import ROOT
from tests.test_access import ROLES, TABLE, World, office_addresses, world  # noqa: F401 - a fixture

JAR = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
OFFICE = ("officer", "administrator")
# A page that differs from another only by these is read once.
ONCE = re.compile(r'value="[^"]*"|nonce="[^"]*"|[0-9]+|IYM-\S+')

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.processes,
    pytest.mark.skipif(not shutil.which("java"), reason="Java is not installed: HTML is not checked."),
    pytest.mark.skipif(not JAR.exists(), reason="npm's vnu-jar is not installed: HTML is not checked."),
]


class Pages:
    """HTML pages in a folder, one file each, and where each came from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.named: dict[str, str] = {}

    def keep(self, answer: HttpResponse, name: str) -> None:
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            return
        page = answer.content.decode()
        if not page.lstrip().lower().startswith("<!doctype"):  # a part that a script puts into a page
            return
        file = sha256(ONCE.sub("", page).encode()).hexdigest()[:16] + ".html"
        if file not in self.named:
            self.named[file] = name
            (self.folder / file).write_text(page, encoding="utf-8")

    def errors(self) -> list[str]:
        """What the checker says, each message once, with the pages that have it."""
        checker = ["java", "-jar", str(JAR), "--errors-only", "--exit-zero-always", "--format", "json"]
        done = subprocess.run([*checker, str(self.folder)], capture_output=True, text=True, check=True)
        found: dict[tuple[str, str], set[str]] = {}
        for each in json.loads(done.stderr)["messages"]:
            part = " ".join(each.get("extract", "").split())
            where = self.named[each["url"].rpartition("/")[2]]
            found.setdefault((each["message"], part), set()).add(where)
        return [
            f"{message}\n    {part}\n    {len(pages)}: {', '.join(sorted(pages)[:3])}"
            for (message, part), pages in found.items()
        ]


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(tmp_path)


def test_every_page_is_html_without_errors(world: World, pages: Pages):  # noqa: F811
    names = [name for name in TABLE if name != "sign_out"]  # it would end the walk
    for role in ROLES:
        client = world.client(role)
        addresses = [world.address(name) for name in names] + office_addresses(world) * (role in OFFICE)
        for address in addresses:
            pages.keep(client.get(address), f"{role} {address}")
    # Then what a form answers that says nothing, as the roles that have pages of their own.
    for role in ("nobody", "receptionist", "lead", "administrator"):
        client = world.client(role)
        addresses = [world.address(name) for name in names] + office_addresses(world) * (role in OFFICE)
        for address in addresses:
            pages.keep(client.post(address), f"{role} {address}, sent empty")
    assert len(pages.named) > 200, "the walk no longer reaches the pages"
    errors = pages.errors()
    assert not errors, f"{len(errors)} errors\n" + "\n".join(errors)
