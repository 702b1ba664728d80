"""What officers are asked: a register, how a place ended, what was said on the phone."""

from collections.abc import Iterator
from datetime import datetime

from crispy_forms.layout import Layout
from django import forms

from design.fields import ConfirmField, LongTextField, RadioField, SelectField
from design.forms import DesignedForm, WayOutForm
from design.layout import Button, ButtonGroup, Link, Question
from participants.needs import services as needs
from referrals.statuses import Reason, Status
from sessions.models import Attendance, Place, Session


class RegisterForm(DesignedForm):
    """One question for each person on the register, and whether they took part in an adapted way."""

    submit = "Save the register"

    def __init__(self, *args, session: Session, attendances: list[Attendance], **kwargs):
        super().__init__(*args, **kwargs)
        self.attendances = attendances
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=version_of(session)
        )
        for attendance in attendances:
            name = str(attendance.participant)
            self.fields[f"code_{attendance.pk}"] = RadioField(
                label=name,
                choices=Attendance.Code.choices,
                initial=attendance.code,
                help_text=said(attendance),
                missing=f"Select what happened for {name}",
            )
            self.fields[f"adapted_{attendance.pk}"] = ConfirmField(
                label=f"{name} took part in an adapted way", initial=attendance.adapted, required=False
            )

    def layout(self) -> Layout:
        rows = [
            item
            for attendance in self.attendances
            for item in (Question(f"code_{attendance.pk}", inline=True), f"adapted_{attendance.pk}")
        ]
        return Layout("seen", *rows, Button(self.submit))

    def clean(self) -> dict:
        for attendance in self.attendances:
            code = self.cleaned_data.get(f"code_{attendance.pk}")
            if self.cleaned_data.get(f"adapted_{attendance.pk}") and code and code not in Attendance.ATTENDED:
                name = str(attendance.participant)
                self.add_error(
                    f"adapted_{attendance.pk}", f"{name} did not attend, so leave “adapted” unticked"
                )
        return self.cleaned_data

    def codes(self) -> dict[int, tuple[str, bool]]:
        return {
            attendance.pk: (
                self.cleaned_data[f"code_{attendance.pk}"],
                self.cleaned_data[f"adapted_{attendance.pk}"],
            )
            for attendance in self.attendances
        }

    def seen_at(self) -> datetime | None:
        """The version of the register that this form was drawn from; nonsense counts as "never saved"."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None


def version_of(session: Session) -> str:
    return session.register_saved_at.isoformat() if session.register_saved_at else ""


def said(attendance: Attendance) -> str:
    """What the person told us beforehand, for the officer and the instructor."""
    words = attendance.get_answer_display() if attendance.answer else "No answer"
    if attendance.answered_late:
        words += " (in the last hour)"
    words += ". Pressed “join”." if attendance.joined_at else "."
    flags = needs.flags(need for need in attendance.participant.needs.all() if need.ended_at is None)
    return f"{words} Needs: {', '.join(flags)}." if flags else words


class EndPlaceForm(DesignedForm):
    """How a place ended, with words for the organisation."""

    submit = "End this place"

    ending = RadioField(label="How did it end?", missing="Select how it ended")
    reason = SelectField(
        label="Reason",
        noun="a reason",
        required=False,
        help_text="If the person has died, record that on their referral’s page instead.",
    )
    words = LongTextField(
        label="Words for the organisation (optional)",
        noun="the words for the organisation",
        max_length=1000,
        rows=3,
        required=False,
        help_text="They read this as you write it.",
    )

    # A death is recorded on the referral's page, which ends the place and stops every message.
    NOT_OF_ENDINGS = (Reason.OUTSIDE_AREA, Reason.AGE, Reason.PAIN_UNDER_3_MONTHS, Reason.DIED)

    def __init__(self, *args, place: Place, below: Place | None, way_out: str, **kwargs):
        """`below` is the place as `finished_below_target` finds it, or None."""
        super().__init__(*args, **kwargs)
        self.way_out, self.below = way_out, below
        self.fields["ending"].choices = list(endings(place, below))
        self.fields["reason"].choices = [("", "Choose a reason")] + [
            choice for choice in Reason.choices if choice[0] not in self.NOT_OF_ENDINGS
        ]
        if below:
            self.fields["reason"].label = "Reason (optional if they finished)"
        if len(self.fields["ending"].choices) == 1:
            self.initial.setdefault("ending", self.fields["ending"].choices[0][0])

    def layout(self) -> Layout:
        buttons = ButtonGroup(Button(self.submit, kind="warning"), Link("Cancel", self.way_out))
        return Layout("ending", "reason", "words", buttons)

    def clean(self) -> dict:
        reason, ending = self.cleaned_data.get("reason"), self.cleaned_data.get("ending")
        # While nothing is chosen, a reason that may turn out to be optional is not asked for.
        if reason == "" and ending != Status.FINISHED_BELOW_TARGET and (ending or not self.below):
            self.add_error("reason", "Select a reason")
        if reason == Reason.OTHER and not self.cleaned_data.get("words"):
            self.add_error("words", "Say in a few words what the other reason is")
        return self.cleaned_data


def endings(place: Place, below: Place | None) -> Iterator[tuple[str, str]]:
    """The endings that fit where the person stands (domain.md 4.3)."""
    if below:
        count = f"{below.attended} of {below.delivered}"
        yield (
            Status.FINISHED_BELOW_TARGET,
            f"Finished: all their sessions are over, and they attended {count}",
        )
        yield Status.LEFT_EARLY, "Left early: they told us that they were leaving before the last session"
    elif place.referral.status == Status.ACTIVE:
        yield Status.LEFT_EARLY, "Left early: came to a session, and does not go on"
    else:
        yield Status.WITHDRAWN, "Withdrawn: no longer wants the place"
        yield Status.NOT_PARTICIPATING, "Did not start: had a place and never came"


class SpokenForm(WayOutForm):
    """What an officer notes after the call."""

    submit = "We have spoken: offer them places again"

    words = LongTextField(
        label="Note of the call (optional)",
        noun="the note",
        help_text="This goes in the contact log.",
        max_length=1000,
        required=False,
    )
