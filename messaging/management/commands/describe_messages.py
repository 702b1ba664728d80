"""Print every kind of message as a page: `manage.py describe_messages > docs/messages.md`."""

from django.core.management.base import BaseCommand

from messaging.kinds import registry as kinds
from messaging.kinds.registry import MessageKind

HEAD = """\
# Every message, who gets it, when, and what stops it

Written by `manage.py describe_messages` from the registry of kinds; a test compares the two. Times are starting points
that nobody has confirmed yet; officers change a programme's on its timetable page.

Any message is also stopped when its time is over, when the person dies, when an officer calls it back or holds it back,
and after eight refusals by the server. Nothing leaves between 8pm and 8am or on 25 December, but what is marked
"at any hour". A person has one nudge a day; a second goes on the next. People with only a telephone, or with a need that
an ordinary email does not serve, are rung or written to by an officer instead: same row, same states. A letter goes to whoever has an address for letters
and asked for post, or cannot be reached in any other way, while the post (3 working days, a starting point of ours) brings
it in time; else they are rung. It says what the mail says, with a code to type in place of the link.

| message | to | when | stopped when | marks |
|---|---|---|---|---|
"""


def page() -> str:
    """The document as it stands in docs/messages.md."""
    rows = [
        f"| {kind.title} (`{kind.name}`) | {kind.to} | {kind.when} | {kind.stops} | {_marks(kind)} |"
        for kind in kinds.registered()
    ]
    return HEAD + "\n".join(rows) + "\n"


def _marks(kind: MessageKind) -> str:
    marks = [
        word
        for word, has in (
            ("urgent", kind.urgent),
            ("at any hour", not kind.quiet),
            ("nudge", kind.nudge),
            ("also as a text message", kind.text),
            ("with calendar", kind.calendars is not None),
            ("optional", kind.optional),
            ("officers may reword it", bool(kind.placeholders)),
        )
        if has
    ]
    if kind.supersedes:
        marks.append(f"replaces `{kind.supersedes}`")
    return ", ".join(marks)


class Command(BaseCommand):
    help = "Prints every kind of message as a Markdown page."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(page(), ending="")
