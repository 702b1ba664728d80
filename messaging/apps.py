from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Messages and calls"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from core import work_queue
        from messaging import adhoc, identity, kinds
        from messaging.merging import PART
        from messaging.past import messages_of, opt_outs_of
        from messaging.restoring import PART as IN_DOUBT
        from messaging.rewording import TEST_KIND
        from messaging.work import PANELS
        from participants.contact_log import timeline
        from participants.merging import services as merging
        from participants.restores import services as restores

        for panel in PANELS:
            work_queue.register(panel)
        merging.register(PART)
        timeline.register(messages_of)
        timeline.register(opt_outs_of)
        kinds.register(TEST_KIND)
        kinds.register(adhoc.KIND)
        restores.register(IN_DOUBT)
        post_migrate.connect(identity.after_migrate, sender=self)
