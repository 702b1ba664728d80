from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        from core import work_queue
        from messaging.forecast import registry as forecast_registry
        from messaging.kinds import registry as kinds
        from outcomes import foreseeing
        from outcomes.emails import KINDS
        from outcomes.work import PANELS

        for kind in KINDS:
            kinds.register(kind)
        forecast_registry.register_foreseen(foreseeing.feedback)
        for panel in PANELS:
            work_queue.register(panel)
