from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from design import panels
        from messaging import kinds
        from participants import merging
        from referrals.emails import KINDS
        from referrals.merging import PART
        from referrals.work import PANELS

        for kind in KINDS:
            kinds.register(kind)
        for panel in PANELS:
            panels.register(panel)
        merging.register(PART)
