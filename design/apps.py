from django.apps import AppConfig


class DesignConfig(AppConfig):
    """How questions, errors and pages look: a leaf that every app may use and that knows none of them."""

    name = "design"
