"""Officers' view of the outbox: every message and what became of it, and the calls that they make themselves."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_admin_action_forms import AdminActionForm, action_with_form

from accounts.requests import user_of
from core.dates import moment
from core.text import counted
from design.action_forms import ActionForms
from design.fields import LineField
from design.forms import refusals_told
from messaging.admin_base import COLOURS, KindFilter, MessageFilter, OfficePages, bad_address, facts
from messaging.admin_forms import CallBackForm
from messaging.broadcasts.admin import AdHocPages
from messaging.calls.admin import CallAdmin
from messaging.content import faults, rendering
from messaging.content.preview import mail_page
from messaging.forecast.admin import FlightPlanPages
from messaging.letters.admin import LetterAdmin
from messaging.message_labels import receiver, title_of
from messaging.models import Message
from messaging.opt_outs.admin import ReachPages
from messaging.outbox import manual
from messaging.restores import services as restores
from messaging.wording_editor.admin import WordingPages
from participants import record_access
from participants.display import NamesApart

__all__ = ["CallAdmin", "LetterAdmin"]  # registered with the rest of this room

State = Message.State


class CallBackActionForm(AdminActionForm):
    """The same question as on a message's own page, for many at once."""

    reason = LineField(label="Why should we not send them?", missing="Enter the reason", max_length=200)

    class Meta:
        list_objects = True


@admin.register(Message)
class MessageAdmin(
    ActionForms,
    NamesApart,
    FlightPlanPages,
    WordingPages,
    AdHocPages,
    ReachPages,
    OfficePages,
):
    list_display = ["what", "to", "standing", "last_moment", "reason"]
    list_filter = [MessageFilter, KindFilter, "channel"]
    linked_by = ("participant__id__exact",)  # a person's page leads to their messages
    list_select_related = ["participant", "organisation", "user", "interest"]
    search_fields = ["key__startswith"]
    search_help_text = "the start of a message’s key, for example reminder_day:12"
    ordering = ["-pk"]
    sortable_by = []
    show_facets = admin.ShowFacets.NEVER
    actions = ["try_again", "mark_handled", "call_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        listed = super().get_queryset(request).prefetch_related("participant__needs")
        return listed.defer("rendered_text", "secret")

    @admin.display(description="state")
    def standing(self, message: Message) -> str:
        return message.get_state_display()

    @admin.display(description="when")
    def last_moment(self, message: Message) -> str:
        if message.reason in restores.REASONS:  # when it was due says more than when the backup was restored
            return moment(message.not_before)
        return moment(message.settled_at or message.next_try_at)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Messages", **(extra_context or {})})

    # --- Many at once --------------------------------------------------------------------------------------

    @admin.action(description="Try again")
    def try_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._try_again(request, list(queryset.values_list("pk", flat=True)))

    @admin.action(description="I have dealt with these")
    def mark_handled(self, request: HttpRequest, queryset: QuerySet) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        count = manual.mark_handled(message_ids=ids, by=user_of(request), now=timezone.now())
        self.message_user(request, f"{counted(count, 'message')} marked as dealt with.")

    @action_with_form(CallBackActionForm, description="Do not send")
    def call_back(self, request: HttpRequest, queryset: QuerySet, data: dict) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        count = manual.withdraw_messages(
            message_ids=ids, reason=data["reason"], by=user_of(request), now=timezone.now()
        )
        self.message_user(
            request, f"{counted(count, 'message')} will not be sent. Messages already sent are not affected."
        )

    def _try_again(self, request: HttpRequest, ids: Sequence[int]) -> None:
        with refusals_told(request):
            count = manual.try_again(message_ids=list(ids), by=user_of(request), now=timezone.now())
            self.message_user(request, f"{counted(count, 'message')} will be tried again within 30 seconds.")

    # --- One message ---------------------------------------------------------------------------------------

    def get_urls(self) -> list:
        pages = [
            self.page_at("<int:pk>/try-again/", require_POST(self.try_again_view), "try_again"),
            self.page_at("<int:pk>/handled/", require_POST(self.handled_view), "handled"),
            self.page_at("<int:pk>/page/", self.page_view, "page"),
            self.page_at("<int:pk>/call-back/", self.call_back_view, "call_back"),
            *self.plan_urls(),
            *self.words_urls(),
            *self.adhoc_urls(),
            *self.reach_urls(),
            *super().get_urls(),
        ]
        return record_access.noted(
            pages, lists={"messaging_message_changelist", "messaging_plan", "messaging_written"}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        message = self._find(request, object_id)
        stuck = message.state in (State.FAILED, State.UNCERTAIN)
        came_back = message.delivery in (Message.Delivery.BOUNCED, Message.Delivery.COMPLAINED)
        context = {
            "title": f"{title_of(message)} to {receiver(message)}",
            "message": message,
            "colour": COLOURS.get(State(message.state), ""),
            "facts": facts(message),
            "person": message.participant,
            "may_try_again": stuck,
            "may_call_back": message.state == State.PENDING,
            "may_handle": (stuck and message.settled_by_id is None)
            or Message.objects.came_back().filter(pk=message.pk).exists(),
            "came_back": came_back,
            "was_mail": message.channel in Message.EMAILS,
            "address_bad": message.participant and bad_address(message, message.participant),
            "may_come_back": message.channel == Message.Channel.LETTER
            and message.state == State.SENT
            and not came_back,
            "preview": self._preview(message),
        }
        return self.page(request, "message/message.html", context)

    def page_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The copy on the record as a mail reader shows it."""
        found = rendering.kept(self._find(request, pk))
        if not found.html:
            raise Http404
        return mail_page(found.html)

    def _preview(self, message: Message) -> rendering.Mail | None:
        """How a message that waits would read now; codes are not shown, nor is what cannot be written."""
        if message.state != State.PENDING or message.urgent:
            return None
        with faults.logged("a preview could not be written", message):
            return rendering.render_message(message, timezone.now())
        return None

    def try_again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._try_again(request, [self._find(request, pk).pk])
        return redirect("admin:messaging_message_change", pk)

    def handled_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = self._find(request, pk)
        manual.mark_handled(message_ids=[message.pk], by=user_of(request), now=timezone.now())
        self.message_user(request, "Marked as dealt with.")
        return redirect("admin:messaging_message_changelist")

    def call_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = self._find(request, pk)
        page = reverse("admin:messaging_message_change", args=[message.pk])
        form = CallBackForm(request.POST if request.method == "POST" else None, way_out=page)
        if request.method == "POST" and form.is_valid():
            done = manual.withdraw_messages(
                message_ids=[message.pk],
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                now=timezone.now(),
            )
            told = "It will not be sent." if done else "Nothing changed. It has already been sent or settled."
            self.message_user(request, told, messages.SUCCESS if done else messages.WARNING)
            return redirect(page)
        context = {"title": f"Do not send: {title_of(message)} to {receiver(message)}", "message": message}
        return self.page(request, "message/call_back.html", context | {"form": form, "errors": form.errors})

    def _find(self, request: HttpRequest, object_id: str | int) -> Message:
        message = self.get_object(request, str(object_id))
        if message is None:
            raise Http404
        if not self.has_change_permission(request, message):
            raise PermissionDenied
        return message
