"""Database triggers that keep a cohort's count and an attendance's copied times true, whoever writes the rows.

They run for the ORM, for bulk updates in the admin and for psql alike; `makemigrations` sees them (django-pgtrigger).
"""

# ruff: noqa: S608 - the SQL is put together from our own words only

import pgtrigger

# Sessions that were held stay on the record of a person who left; those still to come no longer bind them.
COUNTS = "(s.status <> 'cancelled_by_us' AND (p.state <> 'left' OR s.starts_at < p.ended_at))"

COUNT_PLACES = pgtrigger.Trigger(
    name="count_places",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("state", "cohort_id"),
    func="""
        IF TG_OP <> 'INSERT' AND OLD.state = 'taken' THEN
            UPDATE cohort_sessions_cohort SET taken = taken - 1 WHERE id = OLD.cohort_id;
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.state = 'taken' THEN
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
        SELECT s.starts_at, s.ends_at, p.participant_id, {COUNTS}
          INTO NEW.starts_at, NEW.ends_at, NEW.participant_id, NEW.counts
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
           SET starts_at = s.starts_at, ends_at = s.ends_at, counts = {COUNTS}
          FROM cohort_sessions_session s, cohort_sessions_place p
         WHERE a.session_id = NEW.id AND s.id = NEW.id AND p.id = a.place_id
           AND (a.starts_at, a.ends_at, a.counts) IS DISTINCT FROM (s.starts_at, s.ends_at, {COUNTS});
        RETURN NULL;
    """,
)

RELEASE_ATTENDANCES = pgtrigger.Trigger(
    name="release_attendances",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("state", "ended_at"),
    func=f"""
        UPDATE cohort_sessions_attendance a
           SET counts = {COUNTS}
          FROM cohort_sessions_session s, cohort_sessions_place p
         WHERE a.place_id = NEW.id AND p.id = NEW.id AND s.id = a.session_id
           AND a.counts IS DISTINCT FROM {COUNTS};
        RETURN NULL;
    """,
)
