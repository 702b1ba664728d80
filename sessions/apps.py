from django.apps import AppConfig


class SessionsConfig(AppConfig):
    # Django's own log-in sessions hold the label "sessions".
    name = "sessions"
    label = "cohort_sessions"
    verbose_name = "Cohorts and sessions"

    def ready(self) -> None:
        from design import panels
        from messaging import kinds
        from participants import merging as people
        from referrals import endings
        from sessions import emails, merging, places, staffing_work, work

        for kind in emails.KINDS:
            kinds.register(kind)
        for panel in [*work.PANELS, staffing_work.PANEL]:
            panels.register(panel)
        endings.leaves_place_by(places.leave)
        people.register(merging.PART)
