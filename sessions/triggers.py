"""Database triggers that keep a cohort's count and an attendance's copied times true, whoever writes the rows.

They run for the ORM, for bulk updates in the admin and for psql alike; `makemigrations` sees them (django-pgtrigger).
"""

import pgtrigger

COUNT_PLACES = pgtrigger.Trigger(
    name="count_places",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("state", "cohort"),
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
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("place", "session"),
    func="""
        SELECT starts_at, ends_at, status <> 'cancelled_by_us'
          INTO NEW.starts_at, NEW.ends_at, NEW.counts
          FROM cohort_sessions_session WHERE id = NEW.session_id;
        SELECT participant_id, NEW.counts AND state <> 'left'
          INTO NEW.participant_id, NEW.counts
          FROM cohort_sessions_place WHERE id = NEW.place_id;
        RETURN NEW;
    """,
)

CARRY_TIMES = pgtrigger.Trigger(
    name="carry_times",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("starts_at", "ends_at", "status"),
    func="""
        UPDATE cohort_sessions_attendance a
           SET starts_at = NEW.starts_at,
               ends_at = NEW.ends_at,
               counts = NEW.status <> 'cancelled_by_us' AND p.state <> 'left'
          FROM cohort_sessions_place p
         WHERE a.session_id = NEW.id AND p.id = a.place_id;
        RETURN NULL;
    """,
)

# Sessions that were held stay on the record; those still to come no longer bind a person who has left.
FREEZE_ATTENDANCE_OF_LEFT_PLACE = pgtrigger.Trigger(
    name="release_attendance",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("state"),
    func="""
        UPDATE cohort_sessions_attendance a
           SET counts = NEW.state <> 'left' AND s.status <> 'cancelled_by_us'
          FROM cohort_sessions_session s
         WHERE a.place_id = NEW.id AND s.id = a.session_id;
        RETURN NULL;
    """,
)
