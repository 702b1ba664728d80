from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Messages and calls"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from core import work_queue
        from messaging.broadcasts import services as broadcasts
        from messaging.calls import person_parts
        from messaging.delivery import worker
        from messaging.kinds import registry as kinds
        from messaging.outbox import wakeup
        from messaging.person_merging import PART
        from messaging.person_timeline import messages_of, opt_outs_of
        from messaging.restores import database_identity
        from messaging.restores.services import PART as IN_DOUBT
        from messaging.wording_editor.services import TEST_KIND
        from messaging.work_queue import PANELS
        from participants import person_page
        from participants.contact_log import timeline
        from participants.merging import services as merging
        from participants.restores import services as restores

        wakeup.send_urgent_by(worker.drain)
        for panel in PANELS:
            work_queue.register(panel)
        for part in person_parts.PARTS:
            person_page.register(part)
        merging.register(PART)
        timeline.register("messages", messages_of)
        timeline.register("opt-outs", opt_outs_of)
        kinds.register(TEST_KIND)
        kinds.register(broadcasts.KIND)
        restores.register(IN_DOUBT)
        post_migrate.connect(database_identity.after_migrate, sender=self)
