from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "People"

    def ready(self) -> None:
        from design import panels
        from participants import deaths, merging, restores, timeline
        from participants.naming import tell_apart
        from participants.ready_merging import PART
        from participants.restore_gate import IN_DOUBT
        from participants.work import PANELS

        for panel in PANELS:
            panels.register(panel)
        panels.tell_apart_by(tell_apart)
        merging.register(PART)
        restores.register(IN_DOUBT)
        timeline.register(deaths.deaths_of)
