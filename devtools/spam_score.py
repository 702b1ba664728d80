"""What SpamAssassin thinks of every mail, by its rules alone: no look-up leaves the machine."""

import mailbox
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from itsyourmove import clone

MOST = 2.0  # it calls a mail spam from 5
# "Generic Test for Unsolicited Bulk Email", the line that SpamAssassin's makers give for trying it.
KNOWN_SPAM = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
COMMAND = ["spamassassin", "--local", "--test-mode", "--nocreate-prefs", "--mbox"]


@dataclass(frozen=True)
class Judged:
    name: str
    score: float
    rules: str


def installed() -> bool:
    return shutil.which(COMMAND[0]) is not None


def write(folder: Path) -> list[Path]:
    """Each sample of each kind of message as the file that would be sent."""
    from messaging.channels.base import OutgoingMessage
    from messaging.channels.mime import compose
    from messaging.content import rendering
    from messaging.kinds import registry as kinds

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    written = []
    for kind in kinds.registered():
        for number, sample in enumerate(kind.samples(), start=1):
            mail, name = rendering.render(kind, sample), f"{kind.name}-{number}"
            letter = OutgoingMessage(
                name, "ann@home.example", mail.subject, mail.text, datetime.now(UTC), mail.html
            )
            path = folder / f"{name}.eml"
            path.write_bytes(compose(letter))
            written.append(path)
    return written


def judge(files: list[Path]) -> list[Judged]:
    """The score of each, and the rules that made it; one process for all, since its start takes seconds."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "mails"
        box = mailbox.mbox(path)
        for file in files:
            box.add(file.read_bytes())
        box.close()
        done = subprocess.run(
            [*COMMAND, str(path)],
            capture_output=True,
            check=True,
            env={"HOME": home, "PATH": "/usr/bin:/bin"},
        )
        path.write_bytes(done.stdout)
        answers = {mail["Message-ID"]: " ".join(mail["X-Spam-Status"].split()) for mail in mailbox.mbox(path)}
    return [_read(file.stem, answers[_number(file)]) for file in files]


def samples() -> list[Judged]:
    """Every sample, and before them a mail that any SpamAssassin whose rules are in place calls spam."""
    folder = clone.HERE.state / "mails"
    files = write(folder)
    known = folder / "known-spam.eml"
    known.write_text(f"Message-ID: <known@spam.example>\nSubject: Hello\n\n{KNOWN_SPAM}\n")
    return judge([known, *files])


def _number(file: Path) -> str:
    return message_from_bytes(file.read_bytes())["Message-ID"]


def _read(name: str, answer: str) -> Judged:
    found = re.fullmatch(r".*?score=(-?[\d.]+) .*?tests=(.*?) (?:autolearn|version).*", answer)
    if found is None:
        raise ValueError(answer)
    return Judged(name, float(found[1]), found[2])
