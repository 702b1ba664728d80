"""Page 1 goes on: how the patient is reached, and what helps to help them."""

from design.fields import ChecksField, EmailField, LongTextField, RadioField, contradiction
from design.layout import Hint, Question
from participants.models import Participant
from participants.needs import services as needs
from referrals.fields import PhoneField, PostcodeField
from referrals.submission.forms.base import YES_OR_NO, Page

EMAIL, PHONE = Participant.Contact.EMAIL, Participant.Contact.PHONE


class ContactQuestions(Page):
    phone = PhoneField(label="Phone number", noun="phone number", required=False)
    email = EmailField(label="Email address", noun="email address", required=False)
    postcode = PostcodeField(
        label="Postcode",
        noun="their postcode, or “no fixed abode”",
        help_text="If they have no fixed address, enter “no fixed abode”.",
    )
    preferred_contact = RadioField(
        label="How should we contact them?",
        choices=[(EMAIL, "By email"), (PHONE, "By phone")],
        missing="Select how we should contact them",
    )
    message_safe = RadioField(
        label="Is it safe to leave a message?",
        help_text="On voicemail, or with someone else who answers.",
        choices=YES_OR_NO,
        missing="Select yes if it is safe to leave a message",
    )
    asked_needs = RadioField(
        label="Do they need help to communicate or to take part? (optional)",
        noun="if they need help",
        choices=YES_OR_NO,
        required=False,
    )
    needs = ChecksField(label="What do they need?", choices=needs.CHOICES, noun="needs", required=False)
    note = LongTextField(
        label="Anything else we should know? (optional)",
        noun="the note",
        help_text="For example, an interpreter, a carer, or the best time to call.",
        max_length=2000,
        required=False,
    )

    def contact_questions(self) -> list:
        return [
            Hint("Enter a phone number, an email address, or both."),
            Question("phone", width=20),
            "email",
            Question("postcode", width=10),
            Question("preferred_contact", inline=True),
            Question("message_safe", inline=True),
            Question("asked_needs", inline=False, reveals={"yes": ["needs"]}),
            "note",
        ]

    def clean_message_safe(self) -> bool:
        return self.cleaned_data["message_safe"] == "yes"

    def clean(self) -> dict:
        super().clean()
        wanted = self.cleaned_data.get("preferred_contact")
        typed = {
            name: bool(self.cleaned_data.get(name)) or self.has_error(name) for name in ("phone", "email")
        }
        if not any(typed.values()):
            self.add_error("phone", "Enter a phone number or an email address")
        elif wanted == EMAIL and not typed["email"]:
            self.add_error("email", "Enter an email address, or choose to contact them by phone")
        elif wanted == PHONE and not typed["phone"]:
            self.add_error("phone", "Enter a phone number, or choose to contact them by email")
        if self.cleaned_data.get("asked_needs") == "yes" and not self.cleaned_data.get("needs"):
            if not self.has_error("needs"):
                self.add_error("needs", "Tick what they need, or choose “No”")
        elif self.cleaned_data.get("asked_needs") == "no" and self.cleaned_data.get("needs"):
            ticked = [needs.BY_CODE[code].words for code in self.cleaned_data["needs"]]
            self.add_error("asked_needs", contradiction(said="No", ticked=ticked, instead="Yes"))
        return self.cleaned_data

    def facts(self) -> dict[str, object]:
        return {name: value for name, value in super().facts().items() if name != "asked_needs"}
