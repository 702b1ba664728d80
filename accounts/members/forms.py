"""What a lead is asked about a colleague."""

from typing import Any

from accounts import roles, services
from accounts.models import Membership, OrganisationQuerySet
from accounts.professions import Profession
from design.fields import ConfirmField, EmailField, NameField, RadioField, SelectField
from design.forms import WayOutForm
from design.layout import Question

ROLES = [
    (roles.CLINICIAN, "Clinician"),
    (roles.CLINICIAN_ADMIN, "Administrator"),
]
HINTS = {
    roles.CLINICIAN: "Refers in their own name, and can answer the safety questions.",
    roles.CLINICIAN_ADMIN: "Enters referrals for a clinician, and names them each time.",
}


class RoleForm(WayOutForm):
    """What a colleague does here."""

    submit = "Save"

    role = RadioField(label="What is their role?", choices=ROLES, missing="Select their role")
    profession = SelectField(
        label="Which profession?",
        noun="the profession",
        choices=[("", "Choose one"), *Profession.choices],
        required=False,
    )
    is_lead = ConfirmField(
        label="They also look after colleagues’ accounts (organisation lead)", required=False
    )

    def questions(self) -> list:
        return [Question("role", hints=HINTS, reveals={roles.CLINICIAN: ["profession"]}), "is_lead"]

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        if answers.get("role") == roles.CLINICIAN and not answers.get("profession"):
            if not self.has_error("profession"):
                self.add_error("profession", str(services.ProfessionMissing()))
        elif answers.get("role") == roles.CLINICIAN_ADMIN:
            answers["profession"] = ""
        return answers

    @classmethod
    def filled(cls, place: Membership, **kwargs: Any) -> "RoleForm":
        known = {name: getattr(place, name) for name in ("role", "profession", "is_lead")}
        return cls(initial=known, **kwargs)


class InviteForm(RoleForm):
    """A new colleague."""

    submit = "Invite"
    field_order = ("organisation", "name", "email")

    organisation = SelectField(label="For which organisation?", noun="the organisation")
    name = NameField(label="Name", noun="their name", max_length=150)
    email = EmailField(
        label="Work email address",
        noun="their work email address",
        max_length=254,
        help_text="Use their own address, not a shared one. We’ll send their sign-in code to it.",
    )

    def __init__(self, *args: Any, led: OrganisationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.led = {str(place.pk): place for place in led}
        if len(self.led) > 1:
            listed = [(code, str(place)) for code, place in self.led.items()]
            self.fields["organisation"].choices = [("", "Choose one"), *listed]
        else:
            del self.fields["organisation"]

    def questions(self) -> list:
        first = [name for name in ("organisation", "name", "email") if name in self.fields]
        return [*first, *super().questions()]

    def facts(self) -> dict[str, Any]:
        """What `members.services.invite` wants to know."""
        chosen = self.cleaned_data.get("organisation") or next(iter(self.led))
        return {**self.cleaned_data, "organisation": self.led[chosen]}
