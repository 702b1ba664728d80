"""The questions that officers and administrators answer about accounts."""

from typing import Any

from django import forms

from accounts import services
from accounts.models import Membership, Organisation, User
from accounts.professions import Profession
from accounts.roles import CLINICIAN, MEMBERSHIP_ROLES
from design.fields import EmailField, LineField, NameField


class AccountForm(forms.ModelForm):
    """A person and their address; one account for each address."""

    name = NameField(label="Name", noun="the person’s name", max_length=150)
    email = EmailField(label="Email address", noun="the person’s email address")

    class Meta:
        model = User
        fields = ["name", "email", "staff_role", "is_active"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(str(services.EmailTaken()))
        return email


def profession_given(form: forms.BaseForm, answers: dict) -> dict:
    """The answers, with an error beside the profession where a clinician has none."""
    if answers.get("role") == CLINICIAN and not answers.get("profession"):
        form.add_error("profession", str(services.ProfessionMissing()))
    return answers


class OrganisationCodeField(LineField):
    """An organisation by its code; Django's own search box has no name for screen readers and needs JavaScript."""

    def __init__(self, **kwargs: Any) -> None:
        hint = "Like Z90001, or our own code. Search for it under Organisations."
        super().__init__(
            label="Organisation’s code",
            noun="the organisation’s code",
            max_length=12,
            **{"help_text": hint, **kwargs},
        )

    def clean(self, value: str) -> Organisation | None:
        code = super().clean(value).upper()
        organisation = Organisation.objects.filter(ods_code=code).first()
        if code and organisation is None:
            raise forms.ValidationError("No organisation has this code. Search for it under Organisations.")
        return organisation


class NewAccountForm(AccountForm):
    """The same, with the first place where the person works."""

    organisation = OrganisationCodeField(
        required=False, help_text="Of the organisation, for people who refer. Leave it out for our own staff."
    )
    role = forms.ChoiceField(
        label="Role there", choices=[("", "---------"), *MEMBERSHIP_ROLES], required=False
    )
    profession = forms.ChoiceField(
        label="Profession", choices=[("", "---------"), *Profession.choices], required=False
    )
    is_lead = forms.BooleanField(label="Organisation lead", required=False)

    class Meta(AccountForm.Meta):
        fields = ["name", "email", "staff_role"]

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        if {"organisation", "role"} <= answers.keys() and bool(answers["organisation"]) != bool(
            answers["role"]
        ):
            raise forms.ValidationError("Give both the organisation’s code and the role there, or neither.")
        return profession_given(self, answers)


class OrganisationContactForm(forms.ModelForm):
    contact_email = EmailField(
        label="Email address for notes to the organisation",
        noun="the organisation’s email address",
        required=False,
        help_text="A shared mailbox that is read. Left empty, notes go to the person who referred.",
    )

    class Meta:
        model = Organisation
        fields = ["contact_email"]


class NewMembershipForm(forms.ModelForm):
    user = EmailField(
        label="Person", noun="the person’s email address", help_text="The email address of the account."
    )
    organisation = OrganisationCodeField()

    class Meta:
        model = Membership
        fields = ["user", "organisation", "role", "profession", "is_lead"]

    def clean_user(self) -> User:
        user = User.objects.filter(email__iexact=self.cleaned_data["user"]).first()
        if user is None:
            raise forms.ValidationError("There is no account with this email address. Open one under Users.")
        return user

    def clean(self) -> dict:
        answers = super().clean() or self.cleaned_data
        user, organisation = answers.get("user"), answers.get("organisation")
        if (
            user
            and organisation
            and Membership.objects.current().filter(user=user, organisation=organisation)
        ):
            raise forms.ValidationError(str(services.AlreadyAMember(user, organisation)))
        if organisation and organisation.refers_no_more_since:
            raise forms.ValidationError(str(services.OrganisationClosed(organisation)))
        return profession_given(self, answers)
