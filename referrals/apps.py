from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from core import work_queue
        from messaging.kinds import registry as kinds
        from participants import person_page
        from participants.contact_log import timeline
        from participants.merging import services as merging
        from referrals import person_parts
        from referrals.notifications import self_assessment
        from referrals.notifications.referral import KINDS
        from referrals.notifications.weekly_digest import WEEKLY
        from referrals.person_merging import PART
        from referrals.person_timeline import thread_of, tries_of
        from referrals.self_assessment import work_queue as self_assessment_work_queue
        from referrals.triage.work_queue import PANELS

        for kind in [*KINDS, *self_assessment.KINDS, WEEKLY]:
            kinds.register(kind)
        for panel in [*PANELS, *self_assessment_work_queue.PANELS]:
            work_queue.register(panel)
        for part in person_parts.PARTS:
            person_page.register(part)
        merging.register(PART)
        timeline.register("tries to reach", tries_of)
        timeline.register("correspondence", thread_of)
