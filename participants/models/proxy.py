"""Somebody who hears for a person: a carer, an interpreter, a relative; with the person's consent, and as long as it stands."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.row_history import only_values
from participants.models.participant import Participant

ONLY_ENDED = pgtrigger.Trigger(
    name="only_ended",
    operation=pgtrigger.Update,
    when=pgtrigger.Before,
    func="""
        IF (to_jsonb(OLD) - 'participant_id') = (to_jsonb(NEW) - 'participant_id')
           OR OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
           AND (to_jsonb(OLD) - 'ended_at' - 'ended_by_id' - 'ended_why')
             = (to_jsonb(NEW) - 'ended_at' - 'ended_by_id' - 'ended_why') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a proxy contact is written once: end it, and write another';
    """,
)


class ProxyQuerySet(models.QuerySet):
    def standing(self) -> "ProxyQuerySet":
        """Those whose consent stands."""
        return self.filter(ended_at__isnull=True)


class ProxyContact(models.Model):
    """One other person who gets somebody's mail. Written once, ended once; other details make another row."""

    class Relation(models.TextChoices):
        CARER = "carer", "Carer"
        FAMILY = "family", "Relative or friend"
        INTERPRETER = "interpreter", "Interpreter"
        WORKER = "worker", "Support worker"

    class Manner(models.TextChoices):
        COPIES = "copies", "Gets copies of the person’s emails"
        REPLACES = "replaces", "Gets emails instead of the person"

    class Consent(models.TextChoices):
        SPOKEN = "spoken", "The person told us"
        WRITTEN = "written", "The person wrote to us"
        LEGAL = "legal", "Someone who can legally decide for the person told us, and showed proof"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="proxies")
    name = models.CharField(max_length=100)
    relation = models.CharField(max_length=12, choices=Relation)
    email = models.EmailField("email address")
    manner = models.CharField(max_length=10, choices=Manner)
    consent = models.CharField(max_length=10, choices=Consent)
    consent_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # Null: the system, after a backup was restored.
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=200, blank=True)

    objects = ProxyQuerySet.as_manager()

    class Meta:
        verbose_name = "proxy contact"
        triggers = [ONLY_ENDED, pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(  # two who both hear instead of a person would be two who answer
                fields=["participant"], condition=Q(ended_at__isnull=True), name="proxy_one_a_person"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(email=""), name="proxy_can_be_written_to"),
            only_values(
                "relation", ["carer", "family", "interpreter", "worker"], name="proxy_relation_known"
            ),
            only_values("manner", ["copies", "replaces"], name="proxy_manner_known"),
            only_values("consent", ["spoken", "written", "legal"], name="proxy_consent_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_why="")
                | Q(ended_at__isnull=False) & ~Q(ended_why=""),
                name="proxy_ended_at_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name
