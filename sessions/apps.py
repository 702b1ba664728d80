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
        from sessions import (
            change_emails,
            deaths,
            emails,
            first_emails,
            groups,
            hearing,
            lifecycle_emails,
            merging,
            offer_emails,
            offer_work,
            places,
            staffing_work,
            waiting_emails,
            work,
        )

        rooms = (emails, first_emails, change_emails, offer_emails, lifecycle_emails, waiting_emails)
        for kind in [kind for words in rooms for kind in words.KINDS]:
            kinds.register(kind)
        for panel in [*work.PANELS, *offer_work.PANELS, staffing_work.PANEL]:
            work_queue.register(panel)
        forecast.register_group(groups.KIND, groups.names_of)
        forecast_registry.register_listeners(hearing.WHY, hearing.listeners)
        forecast_registry.register_foreseen(hearing.nudges)
        audiences.register(groups.AUDIENCE)
        closures.leaves_place_by(places.leave)
        recorded.register_places(words=deaths.words, returned=deaths.returned)
        people.register(merging.PART)
