from django.apps import AppConfig


class SessionsConfig(AppConfig):
    # Django's own log-in sessions hold the label "sessions".
    name = "sessions"
    label = "cohort_sessions"
    verbose_name = "Groups and sessions"

    def ready(self) -> None:
        from core import work_queue
        from messaging.broadcasts import audiences
        from messaging.forecast import registry as forecast_registry
        from messaging.forecast import services as forecast
        from messaging.kinds import registry as kinds
        from participants import person_page
        from participants.merging import services as people
        from referrals.deaths import services as recorded
        from referrals.triage import closures
        from sessions import deaths, message_groups, person_merging, person_parts
        from sessions.attendance.work_queue import PANELS as ATTENDANCE
        from sessions.cohorts.work_queue import PANELS as COHORTS
        from sessions.lifecycle.work_queue import PANELS as LIFECYCLE
        from sessions.notifications import (
            before_first_session,
            lifecycle,
            offers,
            places,
            schedule_changes,
            waiting_list,
        )
        from sessions.notifications import forecast as foreseen
        from sessions.places import placement
        from sessions.places.work_queue import PANELS as PLACES
        from sessions.waiting_list.work_queue import PANELS as WAITING_LIST

        for words in (places, before_first_session, schedule_changes, offers, lifecycle, waiting_list):
            for kind in words.KINDS:
                kinds.register(kind)
        for panel in [*ATTENDANCE, *COHORTS, *LIFECYCLE, *PLACES, *WAITING_LIST]:
            work_queue.register(panel)
        forecast.register_group(message_groups.KIND, message_groups.names_of)
        forecast_registry.register_listeners(foreseen.WHY, foreseen.listeners)
        forecast_registry.register_foreseen("nudges", foreseen.nudges)
        audiences.register(message_groups.AUDIENCE)
        closures.leaves_place_by(placement.leave)
        recorded.register_places(words=deaths.words, returned=deaths.returned)
        people.register(person_merging.PART)
        for part in person_parts.PARTS:
            person_page.register(part)
