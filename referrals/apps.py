from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from accounts.clinical_sign_off import health_texts
        from core import work_queue
        from messaging.kinds import registry as kinds
        from participants import person_page
        from participants.contact_log import timeline
        from participants.merging import services as merging
        from referrals import person_parts
        from referrals.clinician_link.work_queue import PANELS as CLINICIAN_PANELS
        from referrals.health_texts import TEXTS
        from referrals.notifications import clinician_link, self_assessment
        from referrals.notifications.referral import KINDS
        from referrals.notifications.weekly_digest import WEEKLY
        from referrals.person_merging import PART
        from referrals.person_timeline import thread_of, tries_of
        from referrals.self_assessment import work_queue as self_assessment_work_queue
        from referrals.spreadsheets import work_queue as spreadsheets_work_queue
        from referrals.triage.work_queue import PANELS

        for kind in [*KINDS, *clinician_link.KINDS, *self_assessment.KINDS, WEEKLY]:
            kinds.register(kind)
        of_others = [*self_assessment_work_queue.PANELS, *spreadsheets_work_queue.PANELS]
        for panel in [*PANELS, *CLINICIAN_PANELS, *of_others]:
            work_queue.register(panel)
        for part in person_parts.PARTS:
            person_page.register(part)
        merging.register(PART)
        for text in TEXTS:
            health_texts.register(text)
        timeline.register("tries to reach", tries_of)
        timeline.register("correspondence", thread_of)
