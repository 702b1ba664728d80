"""Many hands reaching for the same places: what the concurrency tests are built from."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

from django.db import Error, connection, transaction

from referrals.models import Referral
from referrals.statuses import Status
from sessions.models import Attendance, Cohort, Place
from sessions.tests.factories import NOW

HOLD = timedelta(hours=72)

# What each guard of the database is for. Without it, the audit finds this.
OVERFULL, MISCOUNTED, TWO_PLACES, OVERLAP = "overfull", "miscounted", "two open places", "overlap"
TWO_SAYINGS, NOT_TEN = "status and place say different things", "not ten sessions"
TWICE, ENDLESS, TO_TWO = "twice in one cohort", "held without an end", "one freed place offered to two"

AUDIT = {
    OVERFULL: """
        SELECT c.id FROM cohort_sessions_cohort c JOIN cohort_sessions_place p ON p.cohort_id = c.id
         WHERE p.state IN ('held', 'taken') GROUP BY c.id HAVING count(*) > c.capacity""",
    MISCOUNTED: """
        SELECT c.id FROM cohort_sessions_cohort c LEFT JOIN cohort_sessions_place p
            ON p.cohort_id = c.id AND p.state IN ('held', 'taken')
         GROUP BY c.id HAVING count(p.id) <> c.taken""",
    TWO_PLACES: """
        SELECT participant_id FROM cohort_sessions_place
         WHERE state IN ('held', 'taken') GROUP BY participant_id HAVING count(*) > 1""",
    OVERLAP: """
        SELECT a.id FROM cohort_sessions_attendance a JOIN cohort_sessions_attendance b
            ON a.participant_id = b.participant_id AND a.id < b.id
           AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
         WHERE a.expected AND b.expected""",
    TWO_SAYINGS: """
        SELECT r.id FROM referrals_referral r LEFT JOIN cohort_sessions_place p
            ON p.referral_id = r.id AND p.state IN ('held', 'taken')
         WHERE CASE WHEN r.status = 'offered' THEN p.state IS DISTINCT FROM 'held'
                    WHEN r.status IN ('enrolled', 'active') THEN p.state IS DISTINCT FROM 'taken'
                    ELSE p.id IS NOT NULL END""",
    NOT_TEN: """
        SELECT c.id FROM cohort_sessions_cohort c LEFT JOIN cohort_sessions_session s
            ON s.cohort_id = c.id AND s.status <> 'cancelled_by_us'
         WHERE c.status <> 'cancelled'
         GROUP BY c.id HAVING count(s.id) <> 10""",
    TWICE: """
        SELECT cohort_id FROM cohort_sessions_place
         WHERE state NOT IN ('declined', 'expired', 'returned')
         GROUP BY cohort_id, referral_id HAVING count(*) > 1""",
    ENDLESS: """
        SELECT p.id FROM cohort_sessions_place p LEFT JOIN cohort_sessions_offerlink l ON l.place_id = p.id
         WHERE p.state = 'held' AND (p.held_until IS NULL OR l.place_id IS NULL)""",
    # Every offer by the system fills a place that somebody left: by an end, or by a move to another cohort.
    TO_TWO: """
        SELECT c.id FROM cohort_sessions_cohort c
         WHERE (SELECT count(*) FROM cohort_sessions_place p
                 WHERE p.placed_by_id IS NULL
                   AND coalesce((SELECT m.from_cohort_id FROM cohort_sessions_placemove m
                                  WHERE m.place_id = p.id ORDER BY m.id LIMIT 1), p.cohort_id) = c.id)
             > (SELECT count(*) FROM cohort_sessions_place p
                 WHERE p.cohort_id = c.id AND p.ended_at IS NOT NULL AND p.state NOT IN ('completed', 'finished'))
             + (SELECT count(*) FROM cohort_sessions_placemove m WHERE m.from_cohort_id = c.id)""",
}

# Whoever was never reached for by hand waits longer than somebody whom the system offered a place: only for people
# whom every cohort suits alike, with no priority.
PASSED_OVER = """
    SELECT r.id FROM referrals_referral r
     WHERE r.id = ANY(%s) AND r.status = 'waiting'
       AND NOT EXISTS (SELECT FROM cohort_sessions_place p WHERE p.referral_id = r.id)
       AND EXISTS (SELECT FROM cohort_sessions_place p JOIN referrals_referral o ON o.id = p.referral_id
                    WHERE p.placed_by_id IS NULL AND p.cohort_id = ANY(%s) AND o.opted_in_at > r.opted_in_at)"""


def audit(*, leaving_out: str = "") -> set[str]:
    """The promises that are broken at this moment."""
    broken = set()
    with connection.cursor() as cursor:
        for name, query in AUDIT.items():
            if name == leaving_out:
                continue
            cursor.execute(query)
            if cursor.fetchone():
                broken.add(name)
    return broken


def passed_over(untouched: list[Referral], cohorts: list[Cohort]) -> set[int]:
    """Which of these people, to whom only the system gives places, stood before somebody to whom it gave one of these."""
    with connection.cursor() as cursor:
        cursor.execute(PASSED_OVER, [[each.pk for each in untouched], [each.pk for each in cohorts]])
        return {pk for (pk,) in cursor.fetchall()}


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def at_once(tries: list[Callable[[Barrier], object]]) -> list[object]:
    """Run every try in a thread and connection of its own, all let go together; what each came back with."""
    barrier = Barrier(len(tries))

    def run(attempt: Callable[[Barrier], object]) -> object:
        try:
            return attempt(barrier)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(run, tries))


def naive_place(
    referral: Referral, cohort: Cohort, barrier: Barrier, *, state: str = Place.State.TAKEN
) -> bool:
    """What one would write without thinking: look whether there is room, then insert."""
    room = Cohort.objects.filter(pk=cohort.pk).with_room().exists()
    free = not Place.objects.open().filter(participant=referral.participant_id).exists()
    barrier.wait(timeout=60)  # everybody has looked, nobody has inserted: the race, made certain
    if not (room and free):
        return False
    try:
        with transaction.atomic():
            place = Place.objects.create(
                cohort=cohort,
                referral=referral,
                participant_id=referral.participant_id,
                state=state,
                placed_at=NOW,
                placed_by=cohort.opened_by,
                ended_at=None if state == Place.State.TAKEN else NOW,
            )
            Attendance.objects.bulk_create(
                Attendance(
                    place=place,
                    session=session,
                    participant_id=place.participant_id,
                    starts_at=session.starts_at,
                    ends_at=session.ends_at,
                )
                for session in cohort.sessions.order_by("number")
            )
    except Error:
        return False
    return True


def naive_pass_on(place: Place, barrier: Barrier) -> bool:
    """What one would write without thinking: free the place, look who is next, and offer it in a second transaction."""
    Place.objects.filter(pk=place.pk).update(state=Place.State.EXPIRED, ended_at=place.held_until)
    following = Referral.objects.waiting().exclude(pk=place.referral_id).order_by("opted_in_at").first()
    barrier.wait(timeout=60)  # everybody has freed and looked, nobody has offered
    if following is None:
        return False
    try:
        with transaction.atomic():
            Place.objects.create(
                cohort_id=place.cohort_id,
                referral=following,
                participant_id=following.participant_id,
                state=Place.State.HELD,
                placed_at=place.answer_by,
                held_until=place.answer_by + HOLD,
            )
            Referral.objects.filter(pk=following.pk).update(status=Status.OFFERED)
    except Error:
        return False
    return True


@contextmanager
def without(*guards: str) -> Iterator[None]:
    """Take guards of the database away for a while; afterwards the rows go and the guards come back as they were."""
    with connection.cursor() as cursor:
        definitions = [_take_away(cursor, guard) for guard in guards]
        try:
            yield
        finally:
            cursor.execute("TRUNCATE cohort_sessions_cohort CASCADE")
            for definition in definitions:
                cursor.execute(definition)


def _take_away(cursor, guard: str) -> str:
    """Drop a constraint, index or trigger by name; the statement that brings it back."""
    cursor.execute(
        "SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [guard]
    )
    if found := cursor.fetchone():
        cursor.execute(f"ALTER TABLE {found[0]} DROP CONSTRAINT {guard}")
        return f"ALTER TABLE {found[0]} ADD CONSTRAINT {guard} {found[1]}"
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [guard])
    if found := cursor.fetchone():
        cursor.execute(f"DROP INDEX {guard}")
        return found[0]
    cursor.execute(
        "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal",
        [f"%{guard}%"],
    )
    trigger, table = cursor.fetchone()
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    return f"ALTER TABLE {table} ENABLE TRIGGER {trigger}"
