"""Forms of the admin's actions, without the look-up of the package: no form of ours has a field that asks it."""

from django.urls import URLPattern
from django_admin_action_forms import AdminActionFormsMixin


class ActionForms(AdminActionFormsMixin):
    """Mixed into an admin page whose actions ask something first."""

    def get_urls(self) -> list[URLPattern]:
        return [
            each for each in super().get_urls() if not str(each.name).endswith("_action_form_autocomplete")
        ]
