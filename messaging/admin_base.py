"""What the officers' pages of messages and of calls have in common: groups to choose from, and how a row is told."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.admin import ServiceAdmin
from core.dates import moment
from messaging.kinds import registry as kinds
from messaging.message_labels import receiver, title_of
from messaging.models import Message
from messaging.restores import services as restores
from participants.display import display_name
from participants.models import Participant

State = Message.State
COLOURS = {
    State.SENT: "green",
    State.FAILED: "red",
    State.UNCERTAIN: "amber",
    State.PENDING: "teal",
    State.SENDING: "teal",
}


class MessageFilter(admin.SimpleListFilter):
    """Which messages: those to look at, unless another group was chosen or something was searched for."""

    title = "status"
    parameter_name = "show"
    UNHANDLED, CAME_BACK, EVERYTHING = "unhandled", "came_back", "all"
    RESTORED = "restored"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        self.searching = bool(request.GET.get("q"))
        groups = [(self.UNHANDLED, "To deal with"), (self.CAME_BACK, "Address does not work")]
        if restores.in_doubt().exists():
            groups.append((self.RESTORED, "After a restore"))
        return [*groups, (self.EVERYTHING, "All"), *State.choices]

    @property
    def shown(self) -> str:
        return self.value() or (self.EVERYTHING if self.searching else self.UNHANDLED)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for code, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: code}, ["p"])
            yield {"selected": self.shown == code, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.shown == self.UNHANDLED:
            return queryset.unhandled()
        if self.shown == self.CAME_BACK:
            return queryset.came_back()
        if self.shown == self.RESTORED:
            return queryset.filter(pk__in=restores.in_doubt().order_by().values("pk"))
        return queryset.filter(state=self.shown) if self.shown in State.values else queryset


class KindFilter(admin.SimpleListFilter):
    """One kind of message; the list comes from the code, not from a walk through the table."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(kind.name, kind.title) for kind in kinds.registered()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class OfficePages(ServiceAdmin):
    """Pages of our own in place of the stock form: nothing in the outbox is edited by hand."""

    def _may(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def page(self, request: HttpRequest, template: str, context: dict) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/messaging/{template}", shared | context)

    @admin.display(description="to")
    def to(self, message: Message) -> str:
        return display_name(message.participant) if message.participant else receiver(message)

    @admin.display(description="message")
    def what(self, message: Message) -> str:
        return title_of(message)


def facts(message: Message) -> list[tuple[str, str]]:
    """A message told as label and value."""
    rows = [
        ("To", receiver(message)),
        ("By", message.get_channel_display()),
        ("Promised", moment(message.queued_at)),
        ("Not before", moment(message.not_before)),
        ("Expires", moment(message.expires_at)),
    ]
    if message.state == State.PENDING:
        rows.append(("Next try", moment(message.next_try_at)))
    if message.settled_at:
        rows.append(("Settled", moment(message.settled_at)))
    if message.settled_by:
        rows.append(("Dealt with by", str(message.settled_by)))
    if message.delivery and message.delivery_at:
        rows.append(("Delivery report", f"{message.get_delivery_display()} ({moment(message.delivery_at)})"))
    if message.proxy:
        rows.insert(
            1, ("Sent through", f"{message.proxy} ({'a copy' if message.copy else 'instead of the person'})")
        )
    if message.wording_version:
        version = f"Version {message.wording_version} of the message template"
        rows.append(("Words", f"{version} ({message.wording_language}, {message.wording_variant})"))
    sheet = getattr(message, "letter", None)
    if sheet and sheet.printed_at:
        rows.append(("Printed", f"{moment(sheet.printed_at)}, by {sheet.printed_by}"))
    if message.reason:
        rows.append(("Why", message.reason))
    if message.attempts:
        rows.append(("Delayed attempts", str(message.attempts)))
    if message.resends:
        rows.append(("Earlier attempts that might have arrived", str(message.resends)))
    return [*rows, ("Key", message.key), ("Number", str(message.pk))]


def bad_address(message: Message, person: Participant) -> str:
    """Why nothing is sent where this message went; empty where nothing is known against it."""
    if message.channel == Message.Channel.LETTER:
        return (
            "A letter to this person’s address came back, so we post nothing" if person.postal_bad_at else ""
        )
    return "Email to this person’s address came back, so we send nothing" if person.email_bad_at else ""
