from django.apps import AppConfig


class DevtoolsConfig(AppConfig):
    """Its commands (`demo`, `make_people`, `rehearse`, `mark_made_up`); installed with DEMO and TESTING only."""

    name = "devtools"
