"""The page that nobody has to see: what helps to find the right group, for whoever knows it."""

from design.fields import LineField, LongTextField, NameField, SelectField
from design.layout import Fieldset, Hint, Question
from participants.languages import LANGUAGES
from participants.models import EthnicCategory, Goal, PartOfDay, Readiness
from participants.readiness import questions as asking
from participants.readiness.forms import check_language
from participants.readiness.from_referral import Extra
from referrals.fields import PhoneField
from referrals.submission.forms.base import Page


class MorePage(Page):
    """Every question is optional. What is known of the person already is not changed by it."""

    name = "more"
    title = "More details"
    submit = "Save and go back to your answers"

    more_language = SelectField(
        label="Which language do they want to speak?",
        noun="the language",
        choices=[("", "Not known"), *LANGUAGES],
        required=False,
    )
    more_language_words = LineField(
        label="Which other language?",
        noun="the other language",
        help_text="Only if it is not listed.",
        max_length=60,
        required=False,
    )
    more_interpreter = asking.yes_or_no("Is an interpreter needed?")
    more_morning = asking.days_field(PartOfDay.MORNING)
    more_afternoon = asking.days_field(PartOfDay.AFTERNOON)
    more_evening = asking.days_field(PartOfDay.EVENING)
    more_device = asking.one_of("What can they join a video call with?", Readiness.Device.choices)
    more_camera = asking.yes_or_no("Does it have a camera that they would use?")
    more_goal = LongTextField(
        label="What matters most to them?",
        noun="what matters to them",
        help_text="In their own words. For example, “walk to the shop again”.",
        max_length=500,
        required=False,
    )
    more_domain = asking.one_of("What is that mostly about?", Goal.Domain.choices)
    more_contact_name = NameField(label="Name", noun="their name", max_length=150, required=False)
    more_contact_relation = LineField(
        label="Relationship to the patient",
        noun="who they are",
        help_text="For example, daughter, neighbour or carer.",
        max_length=60,
        required=False,
    )
    more_contact_phone = PhoneField(label="Their phone number", noun="phone number", required=False)
    more_contact_consent = asking.yes_or_no(
        "Has the patient agreed that we can call this contact in an emergency?"
    )
    more_ethnic = SelectField(
        label="What is the patient’s ethnic group?",
        noun="the ethnic group",
        help_text="As the patient describes it.",
        choices=[
            ("", "Not known"),
            *((code, words) for code, words in EthnicCategory.choices if code != EthnicCategory.NOT_KNOWN),
        ],
        required=False,
    )

    def questions(self) -> list:
        return [
            Hint("These are optional. We can ask the patient."),
            Fieldset(
                "Language", "more_language", "more_language_words", Question("more_interpreter", inline=True)
            ),
            Fieldset(
                "When could they join?",
                *(Question(f"more_{part}", inline=True) for part in PartOfDay.values),
            ),
            Fieldset("Joining by video", "more_device", Question("more_camera", inline=True)),
            Fieldset("What matters to them", "more_goal", "more_domain"),
            Fieldset(
                "Emergency contact",
                "more_contact_name",
                "more_contact_relation",
                Question("more_contact_phone", width=20),
                Question("more_contact_consent", inline=True),
            ),
            Fieldset("Equality", "more_ethnic"),
        ]

    def clean(self) -> dict:
        super().clean()
        check_language(self, "more_language", "more_language_words")
        told = {name: self.cleaned_data.get(name) or self.has_error(name) for name in self.fields}
        somebody = told["more_contact_name"] or told["more_contact_relation"] or told["more_contact_phone"]
        if somebody:
            for name, words in (
                ("more_contact_name", "Enter the name of the emergency contact"),
                ("more_contact_phone", "Enter a phone number for the emergency contact"),
            ):
                if not told[name]:
                    self.add_error(name, words)
        if told["more_domain"] and not told["more_goal"]:
            self.add_error("more_goal", "Enter what matters to them, or choose “Not known yet” below")
        return self.cleaned_data

    def facts(self) -> dict[str, object]:
        return {"extra": self.extra()}

    def extra(self) -> Extra:
        """What `participants.readiness.from_referral` wants to know."""
        told = self.cleaned_data
        contact = {
            "name": told["more_contact_name"],
            "relation": told["more_contact_relation"],
            "phone": told["more_contact_phone"],
            "consent": asking.as_bool(told["more_contact_consent"]),
        }
        ready = {
            "language": told["more_language"],
            "language_words": told["more_language_words"],
            "interpreter_needed": asking.as_bool(told["more_interpreter"]),
            "device": told["more_device"],
            "camera": asking.as_bool(told["more_camera"]),
        }
        return Extra(
            readiness={name: value for name, value in ready.items() if value not in ("", None)},
            times=sorted(asking.slots({part: told[f"more_{part}"] for part in PartOfDay.values})),
            equality={"ethnic_category": told["more_ethnic"]} if told["more_ethnic"] else {},
            goal_words=told["more_goal"],
            goal_domain=told["more_domain"],
            emergency=contact if contact["name"] else {},
        )
