"""Page 1: the patient, and how to contact them."""

from referrals.submission.forms.contact import ContactQuestions
from referrals.submission.forms.person import PersonQuestions


class PatientPage(PersonQuestions, ContactQuestions):
    name = "patient"
    title = "Patient details"
    field_order = (*PersonQuestions.base_fields, *ContactQuestions.base_fields)

    def questions(self) -> list:
        return [*self.person_questions(), *self.contact_questions()]
