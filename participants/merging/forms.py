"""Which details stay when two rows of one person are merged."""

from typing import Any

from crispy_forms.layout import Layout

from core.text import at_start
from design.fields import RadioField
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Link
from participants.identity import labels
from participants.merging import services as merging
from participants.models import Participant


class MergeForm(DesignedForm):
    """One question for each detail that the two rows tell differently."""

    def __init__(self, *args: Any, kept: Participant, gone: Participant, way_out: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way_out = way_out
        for name in merging.differing(kept, gone):
            ours, theirs = labels.format_field(kept, name), labels.format_field(gone, name)
            label = labels.field_label(name)
            later = (
                [(merging.LATER, f"Decide later; “{ours}” stays until then")]
                if ours and merging.may_wait(name)
                else []
            )
            self.fields[name] = RadioField(
                label=at_start(label),
                choices=[
                    (merging.KEEP, f"Keep “{ours}”" if ours else "Leave it empty"),
                    (merging.TAKE, f"Take “{theirs}”"),
                    *later,
                ],
                # What contradicts nothing is taken; else nothing is lost. Which day somebody was born must be chosen.
                initial=merging.LATER if later else "" if ours else merging.TAKE,
                missing=f"Select which {label} stays",
            )

    def layout(self) -> Layout:
        return Layout(
            *self.fields,
            ButtonGroup(
                Button("Show what merging will do", name="step", value="check"), Link("Cancel", self.way_out)
            ),
        )
