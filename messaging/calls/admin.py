"""The officers' list of calls to make."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.dates import moment
from messaging.admin_base import OfficePages
from messaging.calls import services as calls
from messaging.calls.forms import CallForm
from messaging.content import rendering
from messaging.message_labels import title_of
from messaging.models import Call
from messaging.routing import post
from participants.contact_details import spoken_phone
from participants.display import NamesApart, display_name
from participants.needs import services as needs

ALSO = 5  # other calls to the same person, with their words


@admin.register(Call)
class CallAdmin(NamesApart, OfficePages):
    list_display = ["person", "what", "before", "attempts"]
    sortable_by = []
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return calls.to_make(timezone.now())

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        return ("expires_at", "pk")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Calls to make", **(extra_context or {})})

    @admin.display(description="person")
    def person(self, call: Call) -> str:
        return display_name(call.participant)

    @admin.display(description="call before")
    def before(self, call: Call) -> str:
        return moment(call.expires_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        self._may(request)
        call = self.get_object(request, object_id)
        if call is None:
            self.message_user(request, "You no longer need to make that call.", messages.WARNING)
            return redirect("admin:messaging_call_changelist")
        now = timezone.now()
        way_out = reverse("admin:messaging_call_changelist")
        codes = {need.code for need in call.participant.needs.all() if need.ended_at is None}
        needed = [needs.BY_CODE[code].words for code in needs.BY_HAND if code in codes]
        form = CallForm(
            request.POST if request.method == "POST" else None,
            may_leave_message=call.participant.message_safe,
            by_hand=bool(needed),
            way_out=way_out,
        )
        if form.is_valid():
            with form.refusals():
                calls.record_call(
                    message=call, outcome=form.cleaned_data["outcome"], by=user_of(request), now=now
                )
                self.message_user(request, f"Call to {call.participant} saved.")
                return redirect(way_out)
        context = {
            "title": f"Call {call.participant}",
            "call": call,
            "needed": needed,
            "not_a_letter": post.why_a_call(call, codes),
            "phone": spoken_phone(call.participant.phone),
            "what": title_of(call),
            "before": moment(call.expires_at),
            "script": calls.call_script(call, now),
            "also": [
                (other, title_of(other), calls.call_script(other, now))
                for other in calls.to_make(now)
                .filter(participant=call.participant)
                .exclude(pk=call.pk)[:ALSO]
            ],
            "response_url": rendering.response_url(call),
            "form": form,
            "errors": form.errors,
        }
        return self.page(request, "call/call.html", context)
