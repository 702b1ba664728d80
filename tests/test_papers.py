"""What the papers say is what the code does."""

import re
from pathlib import Path

from django.conf import settings

from messaging.kinds import registry as kinds
from messaging.management.commands.describe_messages import page
from referrals.management.commands.draw_statuses import diagram

ROOT = Path(settings.BASE_DIR)


def test_the_drawn_statuses_are_the_ones_in_the_code():
    """If this fails: python manage.py draw_statuses > docs/statuses.md"""
    assert (ROOT / "docs/statuses.md").read_text() == diagram()


def test_every_message_is_described_as_it_is_registered():
    """If this fails: python manage.py describe_messages > docs/messages.md"""
    assert (ROOT / "docs/messages.md").read_text() == page()
    blank = [kind.name for kind in kinds.registered() if not kind.to]
    never = {kind.name for kind in kinds.registered() if kind.stops.startswith("never")}
    assert blank == [], "say of each kind who gets it"
    assert never == {kind.name for kind in kinds.registered() if kind.still_due is kinds.always}


def test_every_link_between_papers_leads_somewhere():
    papers = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    for paper in papers:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", paper.read_text()):
            assert (paper.parent / target).exists(), f"{paper.relative_to(ROOT)} -> {target}"


def test_every_setting_read_from_the_environment_is_explained():
    named = ("itsyourmove/settings.py", "itsyourmove/openid_settings.py", "itsyourmove/celery.py")
    sources = [ROOT / name for name in (*named, "devtools/local_services/run.py")]
    read = r"""\b(?:env|env_bool|env_list|env_numbers|environ\.get)\(\s*["']([A-Z_]+)["']"""
    names = {name for source in sources for name in re.findall(read, source.read_text())}
    explained = (ROOT / ".env.example").read_text()
    assert names
    assert not [name for name in sorted(names) if not re.search(rf"\b{name}\b", explained)]
