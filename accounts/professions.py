"""Professions of the people who refer: one list for sign-in, recommendations and safety answers."""

from django.db import models


class Profession(models.TextChoices):
    GP = "gp", "GP"
    NURSE = "nurse", "Nurse"
    PHYSIOTHERAPIST = "physiotherapist", "Physiotherapist"
    FIRST_CONTACT = "first_contact", "First-contact practitioner"
    PHARMACIST = "pharmacist", "Pharmacist"
    LINK_WORKER = "link_worker", "Social prescribing link worker"
    OCCUPATIONAL_THERAPIST = "occupational_therapist", "Occupational therapist"
    PAIN_SPECIALIST = "pain_specialist", "Pain clinic specialist"
    OTHER = "other", "Another role"


# Whoever answers the safety lists without being a clinician is not shown as one.
ADMINISTRATOR = "administrator"
ANSWERED_AS = [*Profession.choices, (ADMINISTRATOR, "Administrator for the clinician")]
