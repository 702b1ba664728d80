"""System checks that stop a wrong deployment before it starts; each has an id and a hint."""

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def production_is_meant(app_configs, **kwargs) -> list[Error]:
    if settings.PRODUCTION:
        return []
    return [
        Error(
            "PRODUCTION is not set.",
            hint="Set PRODUCTION=1 where patients are served.",
            id="itsyourmove.E001",
        )
    ]


@register(Tags.security, deploy=True)
def links_are_https(app_configs, **kwargs) -> list[Error]:
    if settings.SITE_ORIGIN.startswith("https://"):
        return []
    return [
        Error(
            "SITE_ORIGIN does not begin with https://.",
            hint="It is the start of every link in every mail.",
            id="itsyourmove.E002",
        )
    ]
