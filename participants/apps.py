from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "People"

    def ready(self) -> None:
        from core import work_queue
        from participants import deaths, merging, restores, timeline
        from participants.naming import tell_apart
        from participants.ready_merging import PART
        from participants.restore_gate import IN_DOUBT
        from participants.work import PANELS

        for panel in PANELS:
            work_queue.register(panel)
        work_queue.tell_apart_by(tell_apart)
        merging.register(PART)
        restores.register(IN_DOUBT)
        timeline.register(deaths.deaths_of)
