"""Print the moves of a referral as a diagram: `manage.py draw_statuses > docs/statuses.md`."""

from django.core.management.base import BaseCommand

from referrals.statuses import BACK_FROM_DIED, ENDED, TRANSITIONS, Status


def diagram() -> str:
    """The document as it stands in docs/statuses.md; a test compares the two."""
    lines = [
        "# The moves of a referral",
        "",
        "Drawn from `referrals/statuses.py` by `manage.py draw_statuses`. Every move writes who, when and why. The",
        "system declines nobody. It ends a referral only by completion, which docs/domain.md 5.7 defines.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> submitted",
    ]
    for start in Status:
        for end in Status:
            if end in TRANSITIONS.get(start, ()):
                lines.append(f"    {start.value} --> {end.value}")
            elif start == Status.DIED and end in BACK_FROM_DIED.values():
                lines.append(f"    {start.value} --> {end.value}: recorded by mistake")
    lines += [f"    {status.value} --> [*]" for status in Status if status in ENDED]
    lines += ["```", "", "| status | in plain words |", "|---|---|"]
    lines += [f"| `{status.value}` | {status.label} |" for status in Status]
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Prints the moves of a referral as a Markdown page with a diagram."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(diagram(), ending="")
