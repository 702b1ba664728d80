from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "People"

    def ready(self) -> None:
        from design import panels
        from participants import merging
        from participants.ready_merging import PART
        from participants.work import PANELS

        for panel in PANELS:
            panels.register(panel)
        merging.register(PART)
