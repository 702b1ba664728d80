"""Which details stay when two rows of one person are merged."""

from typing import Any

from core.text import at_start
from design.fields import RadioField
from design.forms import WayOutForm
from participants.identity import labels
from participants.merging import services as merging
from participants.models import Participant


class MergeForm(WayOutForm):
    """One question for each detail that the two rows tell differently."""

    submit, submit_step = "Preview the merge", "check"

    def __init__(self, *args: Any, kept: Participant, gone: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in merging.differing(kept, gone):
            ours, theirs = labels.format_field(kept, name), labels.format_field(gone, name)
            label = labels.field_label(name)
            later = [(merging.LATER, f"Decide later and keep “{ours}” until then")]
            if not ours or not merging.may_wait(name):
                later = []
            self.fields[name] = RadioField(
                label=at_start(label),
                choices=[
                    (merging.KEEP, f"Keep “{ours}”" if ours else "Leave it empty"),
                    (merging.TAKE, f"Take “{theirs}”"),
                    *later,
                ],
                # What contradicts nothing is taken; else nothing is lost. Which day somebody was born must be chosen.
                initial=merging.LATER if later else "" if ours else merging.TAKE,
                missing=f"Select which {label} to keep",
            )
