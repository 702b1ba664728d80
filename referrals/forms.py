"""What a referrer is asked: the minimum data set of domain.md 4.1 on one page, in four groups."""

from datetime import date, datetime
from uuid import uuid4

from crispy_forms.layout import Layout
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User
from design.dates import LONDON, day
from design.fields import EmailField, LineField, LongTextField, PartsDateField, RadioField, SelectField
from design.layout import Button, ButtonGroup, Fieldset, Hint, Question
from participants.models import Participant
from referrals import safety
from referrals.days import age_on
from referrals.fields import (
    KeyField,
    NhsNumberField,
    PhoneField,
    PostcodeField,
    PracticeField,
)
from referrals.models import Referral
from referrals.safety_form import PREFIX, SafetyQuestions

YES_OR_NO = [("yes", "Yes"), ("no", "No")]
OLDEST_AGREEMENT_DAYS = 366


class ReferralForm(SafetyQuestions):
    """One referral. `stops()` says which safety lists stop it, whatever else is still to be mended."""

    submit = "Send referral"
    # The safety questions come after these, and before the agreement.
    field_order = [
        "submission_key",
        "organisation",
        "given_name",
        "family_name",
        "preferred_name",
        "date_of_birth",
        "nhs_number",
        "practice",
        "phone",
        "email",
        "postcode",
        "preferred_contact",
        "message_safe",
        "note",
        "pain_three_months",
    ]

    submission_key = KeyField()
    organisation = SelectField(label="Which organisation are you referring for?", noun="your organisation")

    given_name = LineField(label="Given name", max_length=100)
    family_name = LineField(label="Family name", max_length=100)
    preferred_name = LineField(
        label="Name they like to be called (optional)",
        noun="preferred name",
        help_text="If it is not their given name.",
        max_length=100,
        required=False,
    )
    date_of_birth = PartsDateField(
        label="Date of birth", noun="date of birth", help_text="For example, 27 3 1958", earliest=1900
    )
    nhs_number = NhsNumberField(
        label="NHS number (optional)",
        noun="NHS number",
        help_text="10 digits. Spaces are fine. You can refer without it.",
        required=False,
    )
    practice = PracticeField(
        label="GP practice where they are registered",
        noun="the GP practice",
        help_text="Type the practice’s code or part of its name.",
        max_length=220,
    )

    phone = PhoneField(label="Telephone number", noun="telephone number", required=False)
    email = EmailField(label="Email address", noun="email address", required=False)
    postcode = PostcodeField(label="Home postcode", noun="home postcode")
    preferred_contact = RadioField(
        label="How do they want to hear from us?",
        choices=[(Participant.Contact.EMAIL, "By email"), (Participant.Contact.PHONE, "By telephone")],
        missing="Select how they want to hear from us",
    )
    message_safe = RadioField(
        label="Is it safe to leave a message?",
        help_text="On voicemail, or with somebody else who answers.",
        choices=YES_OR_NO,
        missing="Select yes if it is safe to leave a message",
    )
    note = LongTextField(
        label="Anything that will help us to help them? (optional)",
        noun="the note",
        help_text="For example an interpreter, sight or hearing needs, a carer to speak to, or the best time to ring.",
        max_length=2000,
        rows=3,
        required=False,
    )

    pain_three_months = RadioField(
        label="Have they had pain for 3 months or more?",
        choices=YES_OR_NO,
        missing="Select yes if they have had pain for 3 months or more",
    )
    agreed = RadioField(
        label="Has the person agreed to be referred?",
        choices=[("today", "Yes, today"), ("earlier", "Yes, on another day"), ("no", "No, not yet")],
        missing="Select whether the person has agreed to be referred",
    )
    agreed_on = PartsDateField(
        label="Which day did they agree?", noun="the day they agreed", earliest=2020, required=False
    )
    referrer_name = LineField(
        label="Who recommends the programme?",
        noun="the name of the professional",
        help_text="The name of the health professional. It may be you.",
        max_length=150,
    )
    referrer_role = RadioField(
        label="What is their role?",
        choices=Referral.ReferrerRole.choices,
        missing="Select the professional’s role",
    )

    def __init__(self, *args, user: User, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.sender_email = user.email.lower()
        self.today = now.astimezone(LONDON).date()
        self.organisations = list(Organisation.objects.for_user(user).order_by("name"))
        self._offer_organisations()
        self.fields["date_of_birth"].latest = self.fields["agreed_on"].latest = self.today.year
        self.initial.setdefault("submission_key", uuid4())

    def _offer_organisations(self) -> None:
        if len(self.organisations) > 1:
            listed = [(str(place.pk), str(place)) for place in self.organisations]
            self.fields["organisation"].choices = [("", "Choose one"), *listed]
            self.fields["practice"].required = False
            self.fields["practice"].help_text += " If you leave it empty, it is the practice you refer for."
        else:
            del self.fields["organisation"]
            if self._offered(self.organisations[0]):
                self.initial.setdefault("practice", str(self.organisations[0]))
                yours = "This is your practice. Change it if they are registered elsewhere."
                self.fields["practice"].help_text = yours

    @staticmethod
    def _offered(organisation: Organisation) -> bool:
        return Organisation.objects.offered().filter(pk=organisation.pk).exists()

    def layout(self) -> Layout:
        narrow = {name: Question(name, width=20) for name in ("phone", "nhs_number")}
        where = ["organisation"] if "organisation" in self.fields else []
        return Layout(
            "submission_key",
            *where,
            Fieldset(
                "The person",
                "given_name",
                "family_name",
                "preferred_name",
                "date_of_birth",
                narrow["nhs_number"],
                "practice",
                size="l",
            ),
            Fieldset(
                "How to reach them, and what they need",
                Hint("Give a telephone number, an email address, or both."),
                narrow["phone"],
                "email",
                Question("postcode", width=10),
                Question("preferred_contact", inline=True),
                Question("message_safe", inline=True),
                "note",
                size="l",
            ),
            Fieldset(
                "Reason and safety",
                Question("pain_three_months", inline=True),
                *self.safety_questions(),
                Hint(safety.sign_off()),
                size="l",
            ),
            Fieldset(
                "Agreement",
                Question("agreed", reveals={"earlier": ["agreed_on"]}),
                "referrer_name",
                "referrer_role",
                size="l",
            ),
            ButtonGroup(
                Button(self.submit), Button("Save and finish later", name="save", value="1", kind="secondary")
            ),
        )

    # --- What was typed ------------------------------------------------------------------------------------

    @classmethod
    def refilled(cls, data, *, user: User, now: datetime) -> "ReferralForm":
        """The form as it was filled in, not yet judged: the way back from a stop page."""
        asked = cls(user=user, now=now).fields
        typed = {name: field.widget.value_from_datadict(data, {}, name) for name, field in asked.items()}
        return cls(initial=typed, user=user, now=now)

    def typed(self) -> list[tuple[str, str]]:
        """Every name and value as they were sent, for hidden boxes on the stop page."""
        return [
            (key, value)
            for key in self.data
            if any(key == name or key.startswith(f"{name}_") for name in self.fields)
            for value in self.data.getlist(key)
        ]

    def use_new_key(self) -> None:
        """Give the form a key of its own when the one it came with belongs to another referral."""
        self.data = self.data.copy()
        self.data["submission_key"] = str(uuid4())

    # --- What it means -------------------------------------------------------------------------------------

    def clean_date_of_birth(self) -> date:
        born = self.cleaned_data["date_of_birth"]
        if born > self.today:
            raise ValidationError("Date of birth must be in the past", code="future")
        if age_on(born, self.today) < settings.MINIMUM_AGE:
            raise ValidationError(
                f"The programme is for people aged {settings.MINIMUM_AGE} or over. Check the date of birth; "
                "if it is right, they cannot be referred yet",
                code="too_young",
            )
        return born

    def clean_pain_three_months(self) -> bool:
        if self.cleaned_data["pain_three_months"] != "yes":
            raise ValidationError(
                "The programme is for people who have had pain for 3 months or more. They cannot be referred yet",
                code="too_soon",
            )
        return True

    def clean_message_safe(self) -> bool:
        return self.cleaned_data["message_safe"] == "yes"

    def clean(self) -> dict:
        super().clean()
        self._clean_organisation()
        self._clean_contact()
        self._clean_agreement()
        return self.cleaned_data

    def _clean_organisation(self) -> None:
        places = {str(place.pk): place for place in self.organisations}
        chosen = self.cleaned_data.get("organisation")
        place = places.get(chosen) if "organisation" in self.fields else self.organisations[0]
        self.cleaned_data["organisation"] = place
        if "practice" in self.cleaned_data and self.cleaned_data["practice"] is None:
            if place and self._offered(place):
                self.cleaned_data["practice"] = place
            else:
                self.add_error("practice", "Enter the GP practice where they are registered")

    def _clean_contact(self) -> None:
        wanted = self.cleaned_data.get("preferred_contact")
        typed = {
            name: bool(self.cleaned_data.get(name)) or self.has_error(name) for name in ("phone", "email")
        }
        if not any(typed.values()):
            self.add_error("phone", "Enter a telephone number or an email address")
        elif wanted == Participant.Contact.EMAIL and not typed["email"]:
            self.add_error("email", "Enter an email address, or choose to be contacted by telephone")
        elif wanted == Participant.Contact.PHONE and not typed["phone"]:
            self.add_error("phone", "Enter a telephone number, or choose to be contacted by email")

    def _clean_agreement(self) -> None:
        agreed, on = self.cleaned_data.get("agreed"), self.cleaned_data.get("agreed_on")
        if agreed == "no":
            self.add_error("agreed", "Ask the person first. You can refer them when they have agreed")
        elif agreed == "today":
            self.cleaned_data["agreed_on"] = self.today
        elif agreed == "earlier" and not self.has_error("agreed_on"):
            if on is None:
                self.add_error("agreed_on", "Enter the day they agreed")
            elif on > self.today:
                self.add_error("agreed_on", "The day they agreed must not be in the future")
            elif (self.today - on).days > OLDEST_AGREEMENT_DAYS:
                self.add_error("agreed_on", f"They agreed more than a year ago, on {day(on)}. Ask them again")

    def facts(self) -> dict[str, object]:
        """What `services.submit` wants to know, once the form is valid."""
        elsewhere = ("agreed", "pain_three_months")
        kept = {name for name in self.cleaned_data if name not in elsewhere and not name.startswith(PREFIX)}
        facts = {name: self.cleaned_data[name] for name in kept}
        return facts | {"answers": self.answers(), "assessed": self.assessed()}
