"""Asking people themselves, keeping what they answer, and doing what the table says (docs/domain.md 2.4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.clinical_sign_off.services import NotSignedOff, require_signed_off
from accounts.models import User
from core.nonces import key_of, message_about
from messaging.outbox import queue as outbox
from participants.models import silenced
from referrals import health_texts, safety
from referrals.correspondence.services import to_practice
from referrals.models import Referral, SafetyAnswer, SafetyHold, SafetyLink
from referrals.screening import services as screening
from referrals.status_changes import lock_referral
from referrals.statuses import ENDED, IN_PROGRAMME

HOLD_USEFUL = timedelta(days=7)
AT_ONCE = 500  # rounds begun by one sweep
CHANGED = "The person’s answers changed"
RAISED = "The person’s own answers"
Because = SafetyLink.Because
Teller = SafetyAnswer.Teller


class AnswersMissing(screening.ScreeningRefused):
    sentence = "Some questions have no answer yet. Answer each one; “Not sure” is an answer too."


class NotAskedAnyMore(screening.ScreeningRefused):
    sentence = "This referral has ended, so these questions are not asked any more."


@transaction.atomic
def send_safety_link(*, referral: Referral, because: str, by: User | None, now: datetime) -> SafetyLink:
    """Begin a round of asking: a link that lives `SAFETY_LINK_DAYS`, a message with it, and reminders.

    The link of an earlier round opens nothing any more. When their health has changed, what was cleared before counts
    no more. `by` is None when the system asks. Raises NotAskedAnyMore; NotSignedOff while the questions are not
    signed off.
    """
    require_signed_off(*health_texts.OWN, now=now)
    locked = lock_referral(referral)
    link = _begin(locked, because=because, by=by, now=now)
    if because == Because.CHANGED:
        screening.ask_for_clearance(referral=locked, because=Because.CHANGED.label, now=now)
    days = [0, *settings.SAFETY_NUDGE_DAYS]
    for number, (after, until) in enumerate(zip(days, [*days[1:], settings.SAFETY_LINK_DAYS], strict=True)):
        # Each is of use until the next: somebody who is rung is on the list of calls once.
        outbox.queue(
            key=key_of("safety_questions", link, number),
            kind="safety_questions_nudge" if number else "safety_questions",
            subject_type="safety_link",
            subject_id=link.pk,
            participant=referral.participant,
            now=now,
            not_before=now + timedelta(days=after),
            expires_at=now + timedelta(days=until),
        )
    return link


def ask_when_waiting(*, referral: Referral, now: datetime) -> None:
    """Ask somebody who goes on the waiting list, unless they answered within the last year or were asked on referral."""
    links = referral.safety_links.current()
    asked = Q(answered_at__gt=now - _a_year()) | Q(because=Because.NOT_ASKED, expires_at__gt=now)
    if not links.filter(asked).exists():
        send_safety_link(referral=referral, because=Because.WAITING, by=None, now=now)


def ask_after_a_year(*, now: datetime) -> int:
    """Ask everybody in the programme again whose answers are `CLEARANCE_DAYS` old; how many. May run twice.

    Nobody is asked by questions that are not signed off; the first run after the sign-off does.
    """
    try:
        require_signed_off(*health_texts.OWN, now=now)
    except NotSignedOff:
        return 0
    old = (
        SafetyLink.objects.current()
        .filter(answered_at__lte=now - _a_year(), referral__status__in=IN_PROGRAMME)
        .exclude(silenced("referral__participant"))
    )
    links = list(old.select_related("referral__participant").order_by("answered_at", "pk")[:AT_ONCE])
    for link in links:
        send_safety_link(referral=link.referral, because=Because.YEAR, by=None, now=now)
    return len(links)


@transaction.atomic
def record(
    *,
    referral: Referral,
    replies: Mapping[str, str],
    words: str = "",
    now: datetime,
    taken_by: User | None = None,
) -> safety.OwnRoute:
    """Keep what the person answered, and do what the table says; `taken_by` is the officer whom they told.

    The same answers again in the same round change nothing. Changed ones ask for a new clearance. What holds puts the
    hold on, alerts every officer and tells whoever referred. Answers may be missing only beside an emergency. Raises
    AnswersMissing, NotAskedAnyMore; NotSignedOff while the questions are not signed off.
    """
    require_signed_off(*health_texts.OWN, now=now)
    locked = lock_referral(referral)
    if locked.status in ENDED:
        raise NotAskedAnyMore
    words = words.strip()
    asked = [each.code for each in safety.OWN.questions]
    said = {code: replies[code] for code in asked if replies.get(code)}
    led = safety.route_own(said, words=words)
    if len(said) < len(asked) and not led.is_emergency:
        raise AnswersMissing
    last = latest(locked)
    changed = last is not None and (last.replies, last.words) != (said, words)
    link = locked.safety_links.current().first()
    if last is not None and not changed and link is not None and link.answered_at is not None:
        return led
    if link is None:
        link = _begin(locked, because=Because.TELEPHONE, by=taken_by, now=now)
    answer = _keep(locked, said=said, words=words, led=led, taken_by=taken_by, now=now)
    SafetyLink.objects.filter(pk=link.pk, answered_at__isnull=True).update(answered_at=now)
    outbox.cancel(subject_type="safety_link", subject_ids=[link.pk], reason="Answered.", now=now)
    if led.wants_clearance or changed:
        because = RAISED if led.wants_clearance else CHANGED
        screening.ask_for_clearance(referral=locked, because=because, now=now)
    if led.holds:
        _hold(locked, answer, led, now)
    return led


def latest(referral: Referral) -> SafetyAnswer | None:
    """What the person answered last."""
    return answers(referral).first()


def answers(referral: Referral) -> QuerySet[SafetyAnswer]:
    """Everything that the person answered about this referral, the latest first."""
    rows = referral.safety_answers.filter(question_set=SafetyAnswer.OWN)
    return rows.select_related("answered_by").order_by("-answered_at", "-pk")


def _begin(locked: Referral, *, because: str, by: User | None, now: datetime) -> SafetyLink:
    if locked.status in ENDED:
        raise NotAskedAnyMore
    locked.safety_links.current().update(revoked_at=now)
    until = now + timedelta(days=settings.SAFETY_LINK_DAYS)
    return SafetyLink.make(now=now, expires_at=until, referral=locked, because=because, asked_by=by)


def _keep(
    locked: Referral,
    *,
    said: dict[str, str],
    words: str,
    led: safety.OwnRoute,
    taken_by: User | None,
    now: datetime,
) -> SafetyAnswer:
    return SafetyAnswer.objects.create(
        referral=locked,
        question_set=SafetyAnswer.OWN,
        version=safety.OWN.version,
        wording=safety.OWN.wording(),
        ticked=[code for effect in safety.STRICTEST_FIRST for code in led.raised.get(effect, ())],
        replies=said,
        words=words,
        answered_at=now,
        answered_by=taken_by,
        answered_as=Teller.TELEPHONE if taken_by else Teller.PERSON,
    )


def _hold(locked: Referral, answer: SafetyAnswer, led: safety.OwnRoute, now: datetime) -> None:
    raised = safety.OWN.shorts(led.holding)
    on = screening.put_on(
        locked, why=SafetyHold.Why.PERSON, words="; ".join(raised), by=answer.answered_by, now=now
    )
    if more := [words for words in raised if words not in on.words]:  # it was on already, for another answer
        on.words = "; ".join([on.words, *more])[:1000]
        on.save(update_fields=["words"])
    screening.alert_officers(answer, now=now)
    outbox.queue(
        **message_about("safety_hold", on),
        **to_practice(locked),
        now=now,
        expires_at=now + HOLD_USEFUL,
    )


def _a_year() -> timedelta:
    return timedelta(days=settings.CLEARANCE_DAYS)
