"""Database triggers that keep a cohort's count and an attendance's copied times true, whoever writes the rows.

They run for the ORM, for bulk updates in the admin and for psql alike; `makemigrations` sees them (django-pgtrigger).
"""

# ruff: noqa: S608 - the SQL is put together from our own words only

import pgtrigger

from sessions import statuses

# Sessions that were held stay on the record of a person who left; those still to come no longer bind them. Those of a
# cohort that the person was moved out of are released.
EXPECTED = """(s.status <> 'cancelled_by_us' AND {released} IS NULL
    AND (p.state NOT IN ('left', 'returned') OR s.starts_at < p.ended_at))"""
OF_ROW, OF_NEW = EXPECTED.format(released="a.released_at"), EXPECTED.format(released="NEW.released_at")
COUNTED = "('held', 'taken')"  # a place that is offered counts against the capacity too

COUNT_PLACES = pgtrigger.Trigger(
    name="count_places",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("state", "cohort_id"),
    func=f"""
        IF TG_OP <> 'INSERT' AND OLD.state IN {COUNTED} THEN
            UPDATE cohort_sessions_cohort SET taken = taken - 1 WHERE id = OLD.cohort_id;
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.state IN {COUNTED} THEN
            UPDATE cohort_sessions_cohort SET taken = taken + 1 WHERE id = NEW.cohort_id;
        END IF;
        RETURN NULL;
    """,
)

COPY_TIMES = pgtrigger.Trigger(
    name="copy_times",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("place_id", "session_id"),
    func=f"""
        SELECT s.starts_at, s.ends_at, p.participant_id, {OF_NEW}
          INTO NEW.starts_at, NEW.ends_at, NEW.participant_id, NEW.expected
          FROM cohort_sessions_session s JOIN cohort_sessions_place p ON p.cohort_id = s.cohort_id
         WHERE s.id = NEW.session_id AND p.id = NEW.place_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the session and the place belong to different cohorts'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_in_one_cohort';
        END IF;
        RETURN NEW;
    """,
)

CARRY_TIMES = pgtrigger.Trigger(
    name="carry_times",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("starts_at", "ends_at", "status"),
    func=f"""
        UPDATE cohort_sessions_attendance a
           SET starts_at = s.starts_at, ends_at = s.ends_at, expected = {OF_ROW}
          FROM cohort_sessions_session s, cohort_sessions_place p
         WHERE a.session_id = NEW.id AND s.id = NEW.id AND p.id = a.place_id
           AND (a.starts_at, a.ends_at, a.expected) IS DISTINCT FROM (s.starts_at, s.ends_at, {OF_ROW});
        RETURN NULL;
    """,
)

RELEASE_ATTENDANCES = pgtrigger.Trigger(
    name="release_attendances",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("state", "ended_at"),
    func=f"""
        UPDATE cohort_sessions_attendance a
           SET expected = {OF_ROW}
          FROM cohort_sessions_session s, cohort_sessions_place p
         WHERE a.place_id = NEW.id AND p.id = NEW.id AND s.id = a.session_id
           AND a.expected IS DISTINCT FROM {OF_ROW};
        RETURN NULL;
    """,
)

RELEASED = pgtrigger.Trigger(
    name="released",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("released_at"),
    func=f"""
        SELECT {OF_NEW}
          INTO NEW.expected
          FROM cohort_sessions_session s, cohort_sessions_place p
         WHERE s.id = NEW.session_id AND p.id = NEW.place_id;
        RETURN NEW;
    """,
)

PHASE_OF_PROGRAMME = pgtrigger.Trigger(
    name="phase_of_programme",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("phase_id", "programme_id"),
    condition=pgtrigger.Condition("NEW.phase_id IS NOT NULL"),
    func="""
        IF NOT EXISTS (SELECT FROM cohort_sessions_phase h
                        WHERE h.id = NEW.phase_id AND h.programme_id = NEW.programme_id) THEN
            RAISE EXCEPTION 'the phase belongs to another programme'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'cohort_phase_of_programme';
        END IF;
        RETURN NEW;
    """,
)

# At the end of the transaction: a session is cancelled, those after it renumbered and a new tenth made, together.
TEN_SESSIONS = pgtrigger.Trigger(
    name="ten_sessions",
    when=pgtrigger.After,
    timing=pgtrigger.Deferred,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF EXISTS (SELECT FROM cohort_sessions_cohort c
                    WHERE c.id = COALESCE(NEW.cohort_id, OLD.cohort_id) AND c.status <> 'cancelled')
           AND (SELECT count(*) FROM cohort_sessions_session s
                 WHERE s.cohort_id = COALESCE(NEW.cohort_id, OLD.cohort_id) AND s.status <> 'cancelled_by_us') <> 10
        THEN
            RAISE EXCEPTION 'a cohort has ten sessions'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'cohort_ten_sessions';
        END IF;
        RETURN NULL;
    """,
)

# At the end of the transaction too: when several are moved, each passes where another has been.
IN_ORDER = pgtrigger.Trigger(
    name="sessions_in_order",
    when=pgtrigger.After,
    timing=pgtrigger.Deferred,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("number", "status", "starts_at", "ends_at"),
    func="""
        IF EXISTS (SELECT FROM cohort_sessions_session a JOIN cohort_sessions_session b ON b.cohort_id = a.cohort_id
                    WHERE a.cohort_id = NEW.cohort_id AND a.number < b.number AND b.starts_at < a.ends_at
                      AND a.status <> 'cancelled_by_us' AND b.status <> 'cancelled_by_us') THEN
            RAISE EXCEPTION 'the sessions of a cohort follow each other by number'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'cohort_sessions_in_order';
        END IF;
        RETURN NULL;
    """,
)

# Whoever was to come to a session that we cancelled did not miss it.
NO_SHOW_OF_NOTHING = pgtrigger.Trigger(
    name="no_show_of_nothing",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("code"),
    condition=pgtrigger.Condition("NEW.code NOT IN ('', '4')"),
    func="""
        IF EXISTS (SELECT FROM cohort_sessions_session s
                    WHERE s.id = NEW.session_id AND s.status = 'cancelled_by_us') THEN
            RAISE EXCEPTION 'nobody came to, or missed, a session that was cancelled'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_cancelled_has_no_mark';
        END IF;
        RETURN NEW;
    """,
)


def _only(name: str, moves: dict[str, tuple[str, ...]]) -> pgtrigger.Trigger:
    """A status moves along the table of `statuses` only."""
    allowed = ", ".join(f"('{start}', '{end}')" for start, ends in moves.items() for end in ends)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status"),
        func=f"""
            IF (OLD.status, NEW.status) NOT IN ({allowed}) THEN
                RAISE EXCEPTION 'no move from % to %', OLD.status, NEW.status
                      USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        """,
    )


COHORT_MOVES = _only("cohort_moves", statuses.COHORT_MOVES)
SESSION_MOVES = _only("session_moves", statuses.SESSION_MOVES)

# A step is written once, like every history of ours.
WRITTEN_ONCE = pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete)
