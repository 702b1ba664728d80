from django.apps import AppConfig


class SessionsConfig(AppConfig):
    # Django's own log-in sessions hold the label "sessions".
    name = "sessions"
    label = "cohort_sessions"
    verbose_name = "Cohorts and sessions"

    def ready(self) -> None:
        from core import work_queue
        from messaging.broadcasts import audiences
        from messaging.forecast import registry as forecast_registry
        from messaging.forecast import services as forecast
        from messaging.kinds import registry as kinds
        from participants.merging import services as people
        from referrals.deaths import services as recorded
        from referrals.triage import closures
        from sessions import deaths, message_groups, person_merging
        from sessions.attendance.work_queue import PANELS as ATTENDANCE
        from sessions.cohorts.work_queue import PANELS as COHORTS
        from sessions.lifecycle.work_queue import PANELS as LIFECYCLE
        from sessions.notifications import before_first_session
        from sessions.notifications import forecast as forecast_notifications
        from sessions.notifications import lifecycle as lifecycle_notifications
        from sessions.notifications import offers as offer_notifications
        from sessions.notifications import places as place_notifications
        from sessions.notifications import schedule_changes as schedule_change_notifications
        from sessions.notifications import waiting_list as waiting_list_notifications
        from sessions.places import placement
        from sessions.places.work_queue import PANELS as PLACES
        from sessions.waiting_list.work_queue import PANELS as WAITING_LIST

        rooms = (
            place_notifications,
            before_first_session,
            schedule_change_notifications,
            offer_notifications,
            lifecycle_notifications,
            waiting_list_notifications,
        )
        for kind in [kind for words in rooms for kind in words.KINDS]:
            kinds.register(kind)
        for panel in [*ATTENDANCE, *COHORTS, *LIFECYCLE, *PLACES, *WAITING_LIST]:
            work_queue.register(panel)
        forecast.register_group(message_groups.KIND, message_groups.names_of)
        forecast_registry.register_listeners(forecast_notifications.WHY, forecast_notifications.listeners)
        forecast_registry.register_foreseen("nudges", forecast_notifications.nudges)
        audiences.register(message_groups.AUDIENCE)
        closures.leaves_place_by(placement.leave)
        recorded.register_places(words=deaths.words, returned=deaths.returned)
        people.register(person_merging.PART)
