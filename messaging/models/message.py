"""The outbox: one row for each message that the service has promised, and what became of it (docs/domain.md 8.6)."""

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Now

from accounts.models import Interest, Organisation, User
from core.row_history import only_values
from participants.models import Participant, ProxyContact

# The one rule about made-up people: whatever is set up, chosen or asked for, a message to one of them, or to a person
# who gets their messages, waits for the channel that keeps it here. The guard checks again before sending (delivery.send_guard).
MADE_UP_STAYS_HERE = pgtrigger.Trigger(
    name="made_up_stays_here",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Condition(
        "NEW.state = 'pending' AND NEW.channel IN ('smtp', 'notify_email', 'notify_sms', 'sms')"
        " AND NEW.participant_id IS NOT NULL"
    ),
    func="""
        IF EXISTS (SELECT FROM participants_participant p WHERE p.id = NEW.participant_id AND p.synthetic) THEN
            NEW.channel = 'file';
        END IF;
        RETURN NEW;
    """,
)


class MessageQuerySet(models.QuerySet):
    def open(self) -> "MessageQuerySet":
        """Not yet settled: still to be sent, or in a worker's hands."""
        return self.filter(state__in=[Message.State.PENDING, Message.State.SENDING])

    def due(self, now: datetime | Now) -> "MessageQuerySet":
        return self.filter(state=Message.State.PENDING, next_try_at__lte=now, expires_at__gt=now)

    def about(self, subject_type: str, *ids: int) -> "MessageQuerySet":
        return self.filter(subject_type=subject_type, subject_id__in=ids)

    def known_as(self, *references: str) -> "MessageQuerySet":
        """The messages that other systems know by these (`channels.reference_of`), each with its own as `reference`."""
        return self.annotate(reference=MD5("key")).filter(reference__in=references)

    def calls_to_make(self, now: datetime) -> "MessageQuerySet":
        """Due messages to people who have only a telephone; `calls.to_make` leaves out what is no longer so."""
        return self.due(now).filter(channel=Message.Channel.PHONE)

    def unhandled(self) -> "MessageQuerySet":
        """Not sent, or perhaps sent, and no officer has looked at it yet."""
        rows = self.filter(state__in=[Message.State.FAILED, Message.State.UNCERTAIN], settled_by__isnull=True)
        return rows.exclude(participant__died_at__isnull=False)

    def came_back(self) -> "MessageQuerySet":
        """The address does not work, or its owner called the message unwanted; nobody has seen to it yet.

        A person's own address that was changed since, or that an officer knows to work, needs no seeing to.
        """
        bad = Q(delivery__in=[Message.Delivery.BOUNCED, Message.Delivery.COMPLAINED], settled_by__isnull=True)
        works = Q(channel__in=Message.EMAILS, participant__email_bad_at__isnull=True) | Q(
            channel=Message.Channel.LETTER, participant__postal_bad_at__isnull=True
        )
        mended = works & Q(delivery=Message.Delivery.BOUNCED, participant__isnull=False, proxy__isnull=True)
        return self.filter(bad).exclude(mended).exclude(participant__died_at__isnull=False)


class Message(models.Model):
    """A message that will be sent once, or will say why it was not."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be sent"
        EXPIRED = "expired", "Too late to send"
        CANCELLED = "cancelled", "No longer needed"
        SUPERSEDED = "superseded", "Replaced by a newer one"
        UNCERTAIN = "uncertain", "Delivery unknown"

    class Channel(models.TextChoices):
        SMTP = "smtp", "Email"
        NOTIFY_EMAIL = "notify_email", "Email by GOV.UK Notify"
        NOTIFY_SMS = "notify_sms", "Text message by GOV.UK Notify"
        SMS = "sms", "Text message"
        FILE = "file", "Kept here only (demonstration)"
        PHONE = "phone", "Call by an officer"
        LETTER = "letter", "Letter by post"

    # Those that an officer carries out: no worker ever claims them.
    BY_OFFICERS = (Channel.PHONE, Channel.LETTER)
    TEXTS = (Channel.NOTIFY_SMS, Channel.SMS)
    EMAILS = (Channel.SMTP, Channel.NOTIFY_EMAIL, Channel.FILE)
    # Those that hand a message to a server outside.
    OUTSIDE = (Channel.SMTP, Channel.NOTIFY_EMAIL, *TEXTS)

    class Delivery(models.TextChoices):
        """What the other side said later; it never changes the state (docs/domain.md 8.3)."""

        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Came back: the address does not work"
        UNDELIVERED = "undelivered", "Could not be delivered for now"
        COMPLAINED = "complained", "Marked as unwanted"

    # Of facts, by core.nonces.key_of: reminder_day:<attendance>.<nonce>:v<schedule>
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="messages")
    # Nearly every message is to a participant. Of the others' columns only what is filled is in an index (see below):
    # each sending writes a row's indexes twice.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    interest = models.ForeignKey(  # somebody who has no account
        Interest, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    proxy = models.ForeignKey(  # who hears for the participant: it goes to them, instead or as a copy
        ProxyContact, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    copy = models.BooleanField(db_default=False)  # the participant has one too
    # Whom it can be paused with: cohort:<id>.
    group = models.CharField(max_length=40, blank=True, db_default="")
    channel = models.CharField(max_length=12, choices=Channel)
    urgent = models.BooleanField(default=False)  # sent by the request itself when the bell cannot be rung

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)  # times this very message was put off by a server
    resends = models.PositiveSmallIntegerField(default=0)  # submissions that may have arrived before this one
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    data_started_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(  # null: the system
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=300, blank=True)  # why it was not sent; never an address
    provider_ref = models.CharField(max_length=200, blank=True)
    delivery = models.CharField(max_length=12, choices=Delivery, blank=True, db_default="")
    delivery_at = models.DateTimeField(null=True)
    nudge_day = models.DateField(null=True)  # the London day on which this repeat of a request was let go
    secret = models.BinaryField(null=True)  # a sign-in code, encrypted; wiped when the message is settled
    rendered_subject = models.CharField(max_length=300, blank=True)
    rendered_text = models.TextField(blank=True)  # the copy on the record, with [personal link] for each link
    wording_version = models.PositiveIntegerField(default=0)  # 0: the words of the files
    wording_language = models.CharField(max_length=5, blank=True, db_default="")
    wording_variant = models.CharField(max_length=10, blank=True, db_default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        triggers = [MADE_UP_STAYS_HERE]
        constraints = [
            models.CheckConstraint(
                condition=Q(not_before__lt=F("expires_at")), name="message_expires_after_start"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="sending", lease_token__isnull=False, lease_until__isnull=False)
                    | (~Q(state="sending") & Q(lease_token__isnull=True, lease_until__isnull=True))
                ),
                name="message_sending_means_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="message_sent_has_time"
            ),
            models.CheckConstraint(
                condition=Q(next_try_at__gte=F("not_before")), name="message_never_before_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "sending"]) | Q(settled_at__isnull=False),
                name="message_settled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "sending", "sent"]) | ~Q(reason=""),
                name="message_unsent_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "sending"]) | Q(secret__isnull=True),
                name="message_secret_wiped",
            ),
            models.CheckConstraint(
                condition=(
                    Q(participant__isnull=False, organisation__isnull=True, user__isnull=True)
                    | Q(participant__isnull=True, organisation__isnull=False, user__isnull=True)
                    | Q(participant__isnull=True, organisation__isnull=True, user__isnull=False)
                )
                & Q(interest__isnull=True)
                | Q(
                    participant__isnull=True,
                    organisation__isnull=True,
                    user__isnull=True,
                    interest__isnull=False,
                ),
                name="message_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(proxy__isnull=True) | Q(participant__isnull=False),
                name="message_proxy_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(copy=False) | Q(proxy__isnull=False), name="message_copy_goes_to_a_proxy"
            ),
            only_values(
                "state",
                [
                    "pending",
                    "sending",
                    "sent",
                    "failed",
                    "expired",
                    "cancelled",
                    "superseded",
                    "uncertain",
                ],
                name="message_state_known",
            ),
            models.CheckConstraint(
                condition=Q(delivery="", delivery_at__isnull=True)
                | ~Q(delivery="") & Q(delivery_at__isnull=False),
                name="message_delivery_has_time",
            ),
            models.UniqueConstraint(
                fields=["participant", "nudge_day"],
                condition=Q(nudge_day__isnull=False),
                name="message_one_nudge_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["urgent", "next_try_at"],
                condition=Q(state="pending") & ~Q(channel__in=["phone", "letter"]),
                name="message_to_send",
            ),
            models.Index(
                fields=["next_try_at"],
                condition=Q(state="pending", channel__in=["phone", "letter"]),
                name="message_to_call",
            ),
            models.Index(fields=["group"], condition=Q(state="pending") & ~Q(group=""), name="message_group"),
            models.Index(fields=["expires_at"], condition=Q(state="pending"), name="message_pending"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_sending"),
            models.Index(
                fields=["settled_at"],
                condition=Q(state__in=["failed", "uncertain"], settled_by__isnull=True),
                name="message_unhandled",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="message_subject"),
            models.Index(MD5("key"), name="message_reference"),
            models.Index(
                fields=["delivery_at"],
                condition=Q(delivery__in=["bounced", "complained"], settled_by__isnull=True),
                name="message_came_back",
            ),
            *(
                models.Index(
                    fields=[column], condition=Q(**{f"{column}__isnull": False}), name=f"message_{column}"
                )
                for column in ("organisation", "user", "interest", "proxy", "settled_by")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Call(Message):
    """A message to somebody who has only a telephone: an officer's call, with the same key and states."""

    participant: Participant

    class Meta:
        proxy = True
        verbose_name = "call to make"
        verbose_name_plural = "calls to make"

    def __str__(self) -> str:
        return f"Call {self.pk}"
