"""The health texts under Settings: to be read by every officer; administrators write sign-offs and acceptances down."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.clinical_sign_off import health_texts, services
from accounts.clinical_sign_off.forms import AcceptanceForm, SignOffForm
from accounts.models import SignOffAcceptance, TextSignOff, User
from accounts.requests import user_of
from core.admin import ReadOnlyAdmin
from core.dates import LONDON
from design.forms import refusals_told

LIST = "admin:accounts_textsignoff_changelist"


@admin.register(TextSignOff)
class TextSignOffAdmin(ReadOnlyAdmin):
    """Pages of our own: the list, a page for each text, and the acceptance."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page_at("text/<slug:key>/", self.text_view, "text"),
            self.page_at("acceptance/", self.acceptance_view, "acceptance"),
            self.page_at("acceptance/<int:pk>/end/", require_POST(self.end_view), "acceptance_end"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        known, today = services.standing(), timezone.now().astimezone(LONDON).date()
        unsigned, refused = set(known.unsigned()), set(known.refused(today))
        return self.show(
            request,
            "textsignoff/list",
            "Clinical sign-off of health texts",
            texts=[(text, text not in unsigned, text in refused) for text in health_texts.registered()],
            unsigned=len(unsigned),
            acceptances=SignOffAcceptance.objects.select_related("written_by", "ended_by").order_by("-pk")[
                :50
            ],
            today=today,
            may_write=_may_write(request),
        )

    def text_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """One text whole, beside the version signed before it; who signed; and the form for a sign-off."""
        try:
            text = health_texts.named(key)
        except KeyError:
            raise Http404 from None
        signed = TextSignOff.objects.filter(key=key).select_related("written_by").order_by("-pk")
        this = signed.filter(version=text.version, sha256=text.sha256).first()
        may_sign = this is None and _may_write(request)
        if request.method == "POST" and not _may_write(request):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = SignOffForm(data, way_out=reverse(LIST), initial={"shown": text.sha256})
        if form.is_valid():
            with form.refusals():
                services.sign_off(text=text, **form.cleaned_data, by=user_of(request), now=timezone.now())
                self.message_user(request, f"Signed off: {text.title}, version {text.version}.")
                return redirect(LIST)
        before = services.earlier_than(text)
        context: dict[str, Any] = {"form": form} if may_sign or data else {}
        return self.show(
            request,
            "textsignoff/text",
            text.title,
            text=text,
            this=this,
            before=before,
            rows=health_texts.side_by_side(before.text, text.text) if before else (),
            signed=signed[:50],
            **context,
        )

    def acceptance_view(self, request: HttpRequest) -> HttpResponse:
        """The safety officer accepts that texts are used before their sign-off, for some weeks."""
        if not _may_write(request):
            raise PermissionDenied
        form = AcceptanceForm(request.POST if request.method == "POST" else None, way_out=reverse(LIST))
        if form.is_valid():
            with form.refusals():
                services.accept(**form.cleaned_data, by=user_of(request), now=timezone.now())
                self.message_user(request, "Acceptance recorded.")
                return redirect(LIST)
        return self.show(
            request,
            "textsignoff/acceptance",
            "Accept use before sign-off",
            form=form,
            texts=services.standing().unsigned(),
        )

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not _may_write(request):
            raise PermissionDenied
        acceptance = get_object_or_404(SignOffAcceptance, pk=pk)
        with refusals_told(request):
            services.end_acceptance(acceptance=acceptance, by=user_of(request), now=timezone.now())
            self.message_user(request, "Acceptance ended.")
        return redirect(LIST)


def _may_write(request: HttpRequest) -> bool:
    user: User = user_of(request)
    return user.role is not None and user.role.may_record_sign_offs
