from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from core import work_queue
        from messaging.kinds import registry as kinds
        from participants.contact_log import timeline
        from participants.merging import services as merging
        from referrals import asking_emails, asking_work
        from referrals.digest_mail import WEEKLY
        from referrals.emails import KINDS
        from referrals.merging import PART
        from referrals.past import thread_of, tries_of
        from referrals.work import PANELS

        for kind in [*KINDS, *asking_emails.KINDS, WEEKLY]:
            kinds.register(kind)
        for panel in [*PANELS, *asking_work.PANELS]:
            work_queue.register(panel)
        merging.register(PART)
        timeline.register(tries_of)
        timeline.register(thread_of)
