"""Page 2: that the patient agreed, who refers them, and for a receptionist who answers the safety questions.

A clinician answers them on the next page. A receptionist leaves them to the clinician, unless they have the answers; of
the emergency signs the patient is asked at once, if they are there to be asked (docs/domain.md 2.3).
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from core.dates import day
from design.fields import ConfirmField, EmailField, NameField, PartsDateField, RadioField, SelectField
from design.layout import Question
from referrals import referrer_details, safety
from referrals.models import Referral
from referrals.submission.forms.base import YES_OR_NO, Page

OLDEST_AGREEMENT_DAYS = 366
ANSWERS_HERE = "answers_here"
EMERGENCY_BOXES = ("patient_present", "emergency_signs")


class ConsentPage(Page):
    name = "consent"
    title = "Consent and clinician"

    pain_three_months = RadioField(
        label="Have they had pain for 3 months or more?",
        choices=YES_OR_NO,
        missing="Select yes if they have had pain for 3 months or more",
    )
    agreed = RadioField(
        label="Has the patient agreed to be referred?",
        choices=[("today", "Yes, today"), ("earlier", "Yes, on another day"), ("no", "No, not yet")],
        missing="Select if the patient has agreed to be referred",
    )
    agreed_on = PartsDateField(
        label="When did they agree?", noun="the day they agreed", earliest=2020, required=False
    )
    patient_present = RadioField(
        label=safety.RECEPTION.present,
        help_text=safety.RECEPTION.present_hint,
        choices=YES_OR_NO,
        noun="if the patient is with you",
        required=False,
    )
    emergency_signs = RadioField(
        label=safety.RECEPTION.title,
        choices=safety.RECEPTION.answers,
        noun="the patient’s answer",
        required=False,
    )
    recommended_by = SelectField(
        label="Who is the referring clinician?",
        noun="the clinician",
        help_text="We’ll email them the safety questions.",
        required=False,
    )
    referrer_name = NameField(
        label="Who is referring the patient?",
        noun="the name of the health professional",
        help_text="Name of the health professional. This can be you.",
        max_length=150,
    )
    referrer_role = SelectField(
        label="What is their role?",
        choices=[("", "Choose one"), *Referral.ReferrerRole.choices],
        noun="their role",
        missing="Select their role",
    )
    referrer_email = EmailField(
        label="Their work email address",
        noun="their work email address",
        required=False,
    )
    answers_here = ConfirmField(
        label="I have the clinician’s safety answers and will enter them", required=False
    )

    def arrange(self) -> None:
        super().arrange()
        self.fields["agreed_on"].latest = self.today.year
        place = referrer_details.place_of(self.user, self.typed)
        own = referrer_details.own_name(place)
        self.initial = {**own, **self.initial}
        self.clinicians = {} if own else referrer_details.colleagues(place, user=self.user)
        hints = self.typed.get("suggested", [])
        hinted = any(code.startswith(f"{safety.EMERGENCY.code}:") for code in hints)
        if own:
            for name in (*EMERGENCY_BOXES, "referrer_email", ANSWERS_HERE):
                del self.fields[name]
        elif hinted:  # the pasted text speaks of an emergency: asked whether or not the patient is there
            del self.fields["patient_present"]
        if not self.clinicians:
            del self.fields["recommended_by"]
            return
        self.fields["recommended_by"].choices = referrer_details.listed(self.clinicians)
        for name in ("referrer_name", "referrer_role"):
            self.fields[name].required = False
        self.fields["referrer_name"].label = "Or another clinician’s name"
        self.fields["referrer_role"].label = "Their role, if you entered a name"
        self.fields["referrer_name"].help_text = ""

    def questions(self) -> list:
        items = [item.words for item in safety.RECEPTION.items]
        signs = Question("emergency_signs", items=items)
        asked: list = [
            Question("pain_three_months", inline=True),
            Question("agreed", reveals={"earlier": ["agreed_on"]}),
        ]
        if "patient_present" in self.fields:
            asked.append(Question("patient_present", inline=False, reveals={"yes": [signs]}))
        elif "emergency_signs" in self.fields:
            asked.append(signs)
        rest = ("recommended_by", "referrer_name", "referrer_role", "referrer_email", ANSWERS_HERE)
        return [*asked, *(name for name in rest if name in self.fields)]

    @property
    def is_reception(self) -> bool:
        return ANSWERS_HERE in self.fields

    def answers_follow(self) -> bool:
        """Whether the safety lists are answered on the next page, and not by a clinician who is emailed."""
        return not self.is_reception or bool(self[ANSWERS_HERE].value())

    def stops(self) -> list[safety.Stop]:
        self.is_valid()
        return safety.stops(self._emergency())

    def clean_pain_three_months(self) -> bool:
        if self.cleaned_data["pain_three_months"] != "yes":
            raise ValidationError(
                "You cannot refer them yet. The programme is for people who have had pain for 3 months or more",
                code="too_soon",
            )
        return True

    def clean(self) -> dict:
        super().clean()
        self._clean_clinician()
        self._clean_agreement()
        if self.is_reception and not self.answers_follow():
            self._clean_emergency()
        return self.cleaned_data

    def _clean_agreement(self) -> None:
        agreed, on = self.cleaned_data.get("agreed"), self.cleaned_data.get("agreed_on")
        if agreed == "no":
            self.add_error("agreed", "You can only send this once the patient has agreed")
        elif agreed == "today":
            self.errors.pop("agreed_on", None)  # of a day begun before and hidden now: nobody could mend it
            self.cleaned_data["agreed_on"] = self.today
        elif agreed == "earlier" and not self.has_error("agreed_on"):
            if on is None:
                self.add_error("agreed_on", "Enter the day they agreed")
            elif on > self.today:
                self.add_error("agreed_on", "Enter a day that is not in the future")
            elif (self.today - on).days > OLDEST_AGREEMENT_DAYS:
                self.add_error("agreed_on", f"Ask them again. They agreed more than a year ago, on {day(on)}")

    def _clean_emergency(self) -> None:
        present, said = self.cleaned_data.get("patient_present"), self.cleaned_data.get("emergency_signs")
        asks = "patient_present" not in self.fields or present == "yes"
        if not asks and not present and not said and not self.has_error("patient_present"):
            self.add_error("patient_present", "Select yes if the patient is with you or on the phone")
        elif asks and not said and not self.has_error("emergency_signs"):
            self.add_error("emergency_signs", "Ask the patient, and select their answer")

    def _clean_clinician(self) -> None:
        """The chosen colleague's own name and profession, or both as they were typed."""
        chosen = None
        if self.clinicians and not self.has_error("recommended_by"):
            chosen = self.clinicians.get(self.cleaned_data.get("recommended_by") or "")
            if chosen and self.cleaned_data.get("referrer_name"):
                self.add_error("recommended_by", "Choose a clinician from the list or enter a name, not both")
            elif chosen:
                self.cleaned_data |= {
                    "referrer_name": chosen.name,
                    "referrer_role": chosen.profession,
                    "referrer_email": chosen.user.email,
                }
            elif not self.cleaned_data.get("referrer_name") and not self.has_error("referrer_name"):
                self.add_error("recommended_by", "Choose the referring clinician, or enter their name")
            elif not self.cleaned_data.get("referrer_role") and not self.has_error("referrer_role"):
                self.add_error("referrer_role", "Select their role")
        email = (self.cleaned_data.get("referrer_email") or "").lower()
        if not self.is_reception or self.answers_follow() or chosen or self.has_error("referrer_email"):
            return
        if not email and not self.has_error("recommended_by"):
            self.add_error("referrer_email", "Enter their work email address")
        elif email == self.user.email.lower():
            self.add_error("referrer_email", "Enter the clinician’s address, not your own")

    def _emergency(self) -> dict[str, Sequence[str]]:
        """What was said of the emergency signs, even while other answers are missing; a yes counts wherever it stands."""
        if not self.is_reception:
            return {}
        said = self.cleaned_data.get("emergency_signs")
        if said in (safety.SOME, safety.UNSURE):
            return {safety.EMERGENCY.code: [said]}
        asked = "patient_present" not in self.fields or self.cleaned_data.get("patient_present") == "yes"
        return {safety.EMERGENCY.code: [] if asked and said == safety.NONE else [safety.NOT_ASKED]}

    def facts(self) -> dict[str, object]:
        """With the answers of a referral whose safety questions are left to the clinician."""
        told = ("agreed_on", "referrer_name", "referrer_role")
        facts = {name: value for name, value in self.cleaned_data.items() if name in told}
        if self.answers_follow():
            return facts
        left = {each.code: [safety.NOT_CLINICIAN] for each in safety.QUESTION_SETS}
        return facts | {
            "answers": left | self._emergency(),
            "assessed": False,
            "clinician_name": self.cleaned_data["referrer_name"],
            "clinician_email": self.cleaned_data["referrer_email"].lower(),
        }
