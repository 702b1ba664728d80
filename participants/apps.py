from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "People"

    def ready(self) -> None:
        from core import work_queue
        from participants import person_page
        from participants.contact_log import timeline
        from participants.deaths import services as deaths
        from participants.display import tell_apart
        from participants.merging import services as merging
        from participants.merging.own_parts import PART
        from participants.readiness import person_parts
        from participants.restores import services as restores
        from participants.restores.call_first import IN_DOUBT
        from participants.work_queue import PANELS

        for panel in PANELS:
            work_queue.register(panel)
        work_queue.tell_apart_by(tell_apart)
        merging.register(PART)
        restores.register(IN_DOUBT)
        timeline.register("deaths", deaths.deaths_of)
        for part in person_parts.PARTS:
            person_page.register(part)
