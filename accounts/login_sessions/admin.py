"""Sign a user out everywhere, from the account's page in the admin."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.login_sessions import services as login_sessions
from accounts.models import User
from accounts.requests import user_of
from design.forms import WayOutForm


class SignOutForm(WayOutForm):
    submit, submit_kind, leave = "Sign them out everywhere", "warning", "Go back"


class SigningOutPage(ModelAdmin):
    """One page that asks, and ends every open session of the person by a press."""

    change_form_template = "admin/accounts/user/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.sign_out_view)
        return [path("<int:pk>/sign-out/", view, name="accounts_user_sign_out"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict, *args: Any, obj: User | None = None, **kwargs: Any
    ) -> HttpResponse:
        officer = user_of(request)
        context["may_sign_out"] = obj is not None and login_sessions.may_sign_out(user=obj, by=officer)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def sign_out_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = self.get_object(request, str(pk))
        if user is None:
            raise Http404
        officer = user_of(request)
        if not login_sessions.may_sign_out(user=user, by=officer):
            raise PermissionDenied
        page = reverse("admin:accounts_user_change", args=[pk])
        form = SignOutForm(request.POST if request.method == "POST" else None, way_out=page)
        if form.is_bound and form.is_valid():
            login_sessions.sign_out_everywhere(user=user, by=officer, now=timezone.now())
            if user == request.user:
                login_sessions.keep_signed_in(request)
            self.message_user(request, f"{user} is signed out everywhere.")
            return redirect(page)
        return self.show(request, "user/sign_out", f"Sign {user} out everywhere?", account=user, form=form)
