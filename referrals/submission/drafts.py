"""Keeping what was typed into a referral until it can be sent: on purpose, or because the sign-in had run out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from referrals.models import Referral, ReferralDraft

MOST_DRAFTS = 30  # of one person; the oldest makes room
MOST_CHARACTERS = 5_000  # of one answer: beyond what any question takes
MOST_ANSWERS, MOST_CHOICES = 60, 40


@transaction.atomic
def save(
    *,
    key: UUID,
    user: User,
    now: datetime,
    keep_days: int,
    typed: Mapping[str, Sequence[str]],
    replacing: Callable[[str], bool] = bool,
) -> ReferralDraft | None:
    """Add what this person typed to the draft of this key, kept for `keep_days` days; None when it was sent already.

    What stood in the boxes that `replacing` names goes, so that a tick can be taken back; by default all of it. A key
    that is another person's draft is left alone: what was typed gets a key of its own.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # one at a time, so that the limit holds
    if Referral.objects.filter(submission_key=key, submitted_by=user).exists():
        return None
    if ReferralDraft.objects.filter(key=key).exclude(user=user).exists():
        key = uuid4()
    before = ReferralDraft.objects.of(user).filter(key=key).values_list("typed", flat=True).first() or {}
    draft, _ = ReferralDraft.objects.update_or_create(
        key=key,
        defaults={
            "user": user,
            "typed": _kept({box: had for box, had in before.items() if not replacing(box)} | dict(typed)),
            "saved_at": now,
            "expires_at": now + timedelta(days=keep_days),
        },
    )
    oldest = ReferralDraft.objects.of(user).values("pk")[MOST_DRAFTS:]
    ReferralDraft.objects.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()
    return draft


def forget(*, key: UUID, user: User) -> None:
    """Delete this person's draft, if there is one."""
    ReferralDraft.objects.of(user).filter(key=key).delete()


def _kept(typed: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The answers as JSON can keep them, none longer than any question takes."""
    answers = list(typed.items())[:MOST_ANSWERS]
    return {name: [_text(value) for value in values[:MOST_CHOICES]] for name, values in answers}


def _text(value: str) -> str:
    plain = value.replace("\x00", "").encode("utf-8", "replace").decode()  # what PostgreSQL's JSON refuses
    return plain[:MOST_CHARACTERS]
