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
        from sessions import (
            change_emails,
            emails,
            first_emails,
            lifecycle_emails,
            merging,
            offer_emails,
            offer_work,
            places,
            staffing_work,
            work,
        )

        for kind in [
            *emails.KINDS,
            *first_emails.KINDS,
            *change_emails.KINDS,
            *offer_emails.KINDS,
            *lifecycle_emails.KINDS,
        ]:
            kinds.register(kind)
        for panel in [*work.PANELS, *offer_work.PANELS, staffing_work.PANEL]:
            panels.register(panel)
        endings.leaves_place_by(places.leave)
        people.register(merging.PART)
