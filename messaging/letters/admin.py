"""Officers' pages of letters: what is to be posted and by when, one PDF to print, and what became of each."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_admin_action_forms import AdminActionForm, action_with_form

from accounts.requests import user_of
from core.dates import day, moment
from design.action_forms import ActionForms
from design.fields import LineField, RadioField
from design.forms import WayOutForm
from messaging.admin_base import OfficePages, facts
from messaging.admin_forms import CallBackForm
from messaging.content import faults
from messaging.delivery_reports import services as delivery_reports
from messaging.letters import content as letters_content
from messaging.letters import services as letters
from messaging.message_labels import title_of
from messaging.models import LetterToPost, Message
from messaging.routing import post
from participants import contact_details, record_access
from participants.display import NamesApart, display_name, tell_apart

LIST = "admin:messaging_lettertopost_changelist"
SHREDDED = 50  # letters that must not be posted are told on the list up to this many


class NotPostedForm(CallBackForm):
    """Why a letter could not be posted."""

    submit = "Could not post it"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Why could you not post it?"


class CameBackForm(WayOutForm):
    """Whether the envelope that came back bears the address on record."""

    submit = "Save"

    theirs = RadioField(
        label="Is this the address on the envelope?",
        noun="whether this is the address on the envelope",
        choices=[
            ("yes", "Yes. Post nothing there until it is corrected"),
            ("no", "No. It has been corrected since we posted the letter"),
        ],
    )

    seen = forms.CharField(widget=forms.HiddenInput, max_length=300)  # the address that was compared

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": address}, **kwargs)
        self.address = self.fields["theirs"].help_text = address

    def still_theirs(self) -> bool:
        """The address on the envelope is on record, also now: a colleague may have corrected it meanwhile."""
        return self.cleaned_data["theirs"] == "yes" and self.cleaned_data["seen"] == self.address


class NotPostedActionForm(AdminActionForm):
    """The same question for many at once."""

    reason = LineField(label="Why could you not post them?", missing="Enter the reason", max_length=200)

    class Meta:
        list_objects = True


@admin.register(LetterToPost)
class LetterAdmin(ActionForms, NamesApart, OfficePages):
    list_display = ["person", "what", "by_when", "in_hand"]
    list_per_page = list_max_show_all = letters.AT_ONCE
    sortable_by = []
    actions = ["print_chosen", "mark_posted", "not_posted"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LetterToPost]:
        return letters.to_post(timezone.now())

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        return ("expires_at", "pk")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        dropped = letters.not_to_post(timezone.now())[:SHREDDED]
        tell_apart((each.participant, "") for each in dropped)
        context = {"title": "Letters to post", "dropped": [(each, title_of(each)) for each in dropped]}
        return super().changelist_view(request, context | (extra_context or {}))

    @admin.display(description="person")
    def person(self, letter: LetterToPost) -> str:
        return display_name(letter.participant)

    @admin.display(description="post by")
    def by_when(self, letter: LetterToPost) -> str:
        return day(post.post_by(letter.expires_at))

    @admin.display(description="printed")
    def in_hand(self, letter: LetterToPost) -> str:
        sheet = letters.printed_sheet(letter)
        return (
            f"By {sheet.printed_by}, {moment(sheet.printed_at)}" if sheet and sheet.printed_at else "Not yet"
        )

    # --- Many at once --------------------------------------------------------------------------------------

    @admin.action(description="Print as one PDF")
    def print_chosen(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return self._printed(request, list(queryset.values_list("pk", flat=True)[: letters.AT_ONCE + 1]))

    @admin.action(description="I have posted these")
    def mark_posted(self, request: HttpRequest, queryset: QuerySet) -> None:
        for letter in queryset[: letters.AT_ONCE]:
            self._posted(request, letter)

    @action_with_form(NotPostedActionForm, description="Could not post these")
    def not_posted(self, request: HttpRequest, queryset: QuerySet, data: dict) -> None:
        for letter in queryset[: letters.AT_ONCE]:
            told = letters.record_not_posted(
                message=letter, reason=data["reason"], by=user_of(request), now=timezone.now()
            )
            self.message_user(request, f"{letter.participant}: {told}")

    def _printed(self, request: HttpRequest, ids: Sequence[int]) -> HttpResponse | None:
        """The PDF, which nobody keeps; or nothing, and why."""
        now = timezone.now()
        try:
            made = letters.print_letters(message_ids=ids[: letters.AT_ONCE], by=user_of(request), now=now)
        except letters.NothingToPrint as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        for told in made.left_out:
            self.message_user(request, f"Not printed. {told}", messages.WARNING)
        if len(ids) > letters.AT_ONCE:
            self.message_user(request, f"The first {letters.AT_ONCE} were printed.", messages.WARNING)
        name = f"letters-{timezone.localdate(now).isoformat()}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(made.pdf, content_type="application/pdf", headers=headers)

    def _posted(self, request: HttpRequest, letter: Message) -> None:
        told = letters.record_posted(message=letter, by=user_of(request), now=timezone.now())
        if told:
            self.message_user(request, told, messages.ERROR)
        else:
            self.message_user(request, f"Letter to {letter.participant} marked as posted.")

    # --- One letter ----------------------------------------------------------------------------------------

    def get_urls(self) -> list:
        def page(address: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"messaging_lettertopost_{name}")

        pages = [
            page("print-all/", require_POST(self.print_all_view), "print_all"),
            page("<int:pk>/print/", require_POST(self.print_view), "print"),
            page("<int:pk>/posted/", require_POST(self.posted_view), "posted"),
            page("<int:pk>/not-posted/", self.not_posted_view, "not_posted"),
            page("<int:pk>/came-back/", self.came_back_view, "came_back"),
            *super().get_urls(),
        ]
        return record_access.noted(pages, lists={"messaging_lettertopost_changelist"})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        self._may(request)
        letter = self.get_object(request, object_id)
        if letter is None:
            self.message_user(request, "That letter is no longer waiting to be posted.", messages.WARNING)
            return redirect(LIST)
        context = {
            "title": f"Letter to {letter.participant}",
            "letter": letter,
            "what": title_of(letter),
            "post_by": day(post.post_by(letter.expires_at)),
            "in_hand": letters.printed_sheet(letter) is not None,
            "facts": facts(letter),
            "words": self._words(letter),
        }
        return self.page(request, "lettertopost/letter.html", context)

    def print_all_view(self, request: HttpRequest) -> HttpResponse:
        """Everything that nobody has printed yet."""
        self._may(request)
        waiting = letters.to_post(timezone.now()).filter(letter__printed_at__isnull=True)
        made = self._printed(request, list(waiting.values_list("pk", flat=True)[: letters.AT_ONCE + 1]))
        return made or redirect(LIST)

    def print_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = self._find(request, pk)
        return self._printed(request, [letter.pk]) or redirect(LIST)

    def posted_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._posted(request, self._find(request, pk))
        return redirect(LIST)

    def not_posted_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = self._find(request, pk)
        way_out = reverse("admin:messaging_lettertopost_change", args=[pk])
        form = NotPostedForm(request.POST if request.method == "POST" else None, way_out=way_out)
        if request.method == "POST" and form.is_valid():
            told = letters.record_not_posted(
                message=letter, reason=form.cleaned_data["reason"], by=user_of(request), now=timezone.now()
            )
            self.message_user(request, told)
            return redirect(LIST)
        context = {"title": f"Letter to {letter.participant} could not be posted", "letter": letter}
        context |= {"form": form, "errors": form.errors}
        return self.page(request, "lettertopost/not_posted.html", context)

    def came_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = self._find(request, pk)
        person = letter.participant
        way_out = reverse("admin:messaging_message_change", args=[pk])
        lines = contact_details.envelope(person.postal_address, person.postcode)
        typed = request.POST if request.method == "POST" else None
        form = CameBackForm(typed, way_out=way_out, address=", ".join(lines))
        if request.method == "POST" and form.is_valid():
            theirs = form.still_theirs()
            if delivery_reports.letter_came_back(message=letter, still_theirs=theirs, now=timezone.now()):
                self.message_user(
                    request, "Saved. If they still need the letter, we will send it another way."
                )
            else:
                told = "Nothing changed. It is already marked as returned, or was never posted."
                self.message_user(request, told, messages.WARNING)
            return redirect(way_out)
        context = {"title": f"Letter to {person} came back", "letter": letter}
        context |= {"form": form, "errors": form.errors, "way_out": way_out}
        return self.page(request, "lettertopost/came_back.html", context)

    def _find(self, request: HttpRequest, pk: int) -> LetterToPost:
        """A letter whatever has become of it: an officer who holds it in hand is told what to do with it."""
        self._may(request)
        sheets = Q(channel=Message.Channel.LETTER) | Q(letter__isnull=False)
        found = LetterToPost.objects.filter(sheets, pk=pk).select_related("participant").first()
        if found is None:
            raise Http404
        return found

    def _words(self, letter: LetterToPost) -> letters_content.LetterWords | None:
        with faults.logged("a letter could not be shown", letter):
            return letters_content.sheet(letter, timezone.now())[1]
        return None
