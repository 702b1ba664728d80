from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        from accounts.clinical_sign_off import health_texts
        from core import work_queue
        from messaging.forecast import registry as forecast_registry
        from messaging.kinds import registry as kinds
        from outcomes import person_parts
        from outcomes.feedback import forecast as feedback_forecast
        from outcomes.feedback.wordings import TEXT
        from outcomes.feedback.work_queue import PANELS
        from outcomes.notifications import KINDS
        from participants import person_page

        for kind in KINDS:
            kinds.register(kind)
        forecast_registry.register_foreseen("feedback", feedback_forecast.feedback)
        health_texts.register(TEXT)
        for panel in PANELS:
            work_queue.register(panel)
        for part in person_parts.PARTS:
            person_page.register(part)
