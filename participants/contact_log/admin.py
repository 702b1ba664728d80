"""Officers' pages about one person: what passed between us, writing down a contact, and who hears for them."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from core.dates import LONDON
from core.working_days import working_days_after
from participants.contact_log import proxies, timeline
from participants.contact_log import services as contact_log
from participants.contact_log.forms import ContactNoteForm, EndProxyForm, NoAnswerForm, ProxyForm
from participants.models import ContactNote, Participant

NOW_TOO = timedelta(minutes=1)  # what happened at this very moment is on the first page


class ContactPages(AdminPages[Participant]):
    def contact_urls(self) -> list:
        return [
            self.page_at("<int:pk>/timeline/", self.timeline_view, "timeline"),
            self.page_at("<int:pk>/contact/", self.contact_view, "contact"),
            self.page_at("<int:pk>/no-answer/", self.no_answer_view, "no_answer"),
            self.page_at("<int:pk>/proxy/", self.proxy_view, "proxy"),
            self.page_at("<int:pk>/proxy/<int:proxy>/end/", self.end_proxy_view, "end_proxy"),
        ]

    def timeline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.find(request, pk)
        entries, more = timeline.page_of(person, _before(request) or timezone.now() + NOW_TOO)
        return self.show(
            request,
            "participant/timeline",
            f"Contact history: {person}",
            person=person,
            tab="messages",
            tab_title="Messages and calls",
            entries=entries,
            more=more.isoformat() if more else "",
        )

    def contact_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.find(request, pk)
        page = reverse("admin:participants_participant_timeline", args=[person.pk])
        form = ContactNoteForm(
            request.POST if request.method == "POST" else None,
            way_out=page,
            initial=_to_correct(person, request.GET.get("corrects", "")),
        )
        if form.is_valid():
            typed = form.cleaned_data
            corrects = (
                get_object_or_404(ContactNote, pk=typed["corrects"], participant=person)
                if typed["corrects"]
                else None
            )
            with form.refusals("on" if typed["at"] else None):
                contact_log.log(
                    person=person,
                    channel=typed["channel"],
                    from_them=typed["who"] == "them",
                    words=typed["words"],
                    at=typed["at"],
                    corrects=corrects,
                    by=user_of(request),
                    now=timezone.now(),
                )
                self.message_user(request, "Note saved.")
                return redirect(page)
        return self.show(
            request,
            "participant/contact",
            f"Add a contact note: {person}",
            person=person,
            form=form,
            correcting=form["corrects"].value(),
        )

    def no_answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person, now = self.find(request, pk), timezone.now()
        form = NoAnswerForm(
            request.POST if request.method == "POST" else None,
            times=next_tries(now),
            way_out=reverse("admin:index"),
        )
        if form.is_bound and form.is_valid():
            with form.refusals("again"):
                contact_log.no_answer(person=person, by=user_of(request), now=now, **form.facts())
                self.message_user(request, f"Saved. {person} stays on Today.")
                return redirect("admin:index")
        return self.show(
            request, "participant/contact", f"No answer: {person}", person=person, form=form, no_answer=True
        )

    def proxy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who hears for the person, and who did; the form where nobody does."""
        person = self.find(request, pk)
        page = reverse("admin:participants_participant_change", args=[person.pk])
        form = ProxyForm(request.POST if request.method == "POST" else None, way_out=page)
        if form.is_bound and form.is_valid():
            try:
                proxy = proxies.add_proxy(
                    person=person, by=user_of(request), now=timezone.now(), **form.facts()
                )
            except proxies.ProxyRefused as refusal:
                form.add_error(None, str(refusal))
                if proxies.standing(person):  # the page shows who, and not the form with its errors
                    self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, f"Saved. {proxy.name} now gets emails for {person}.")
                return redirect(page)
        ended = person.proxies.filter(ended_at__isnull=False).select_related("ended_by", "written_by")
        return self.show(
            request,
            "participant/proxy",
            f"Contact person for {person}",
            person=person,
            form=form,
            standing=proxies.standing(person),
            ended=ended.order_by("-ended_at"),
        )

    def end_proxy_view(self, request: HttpRequest, pk: int, proxy: int) -> HttpResponse:
        person = self.find(request, pk)
        found = get_object_or_404(person.proxies, pk=proxy)
        page = reverse("admin:participants_participant_change", args=[person.pk])
        form = EndProxyForm(request.POST if request.method == "POST" else None, way_out=page)
        if form.is_bound and form.is_valid():
            ended = proxies.end_proxy(
                proxy=found, why=form.cleaned_data["why"], by=user_of(request), now=timezone.now()
            )
            if ended:
                self.message_user(request, f"Ended. We will not send {found.name} anything more.")
            else:
                self.message_user(request, "A colleague has already ended it.", messages.WARNING)
            return redirect(page)
        title = f"Stop sending {person}’s emails to {found.name}"
        return self.show(request, "participant/end_proxy", title, person=person, form=form, proxy=found)


def next_tries(now: datetime) -> dict[str, datetime]:
    """When an officer may try again: in an hour, in two, and on the next working day at nine."""
    here = now.astimezone(LONDON).replace(second=0, microsecond=0)
    morning = datetime.combine(working_days_after(here.date(), 1), time(9), tzinfo=LONDON)
    return {"hour": here + timedelta(hours=1), "two_hours": here + timedelta(hours=2), "morning": morning}


def _before(request: HttpRequest) -> datetime | None:
    text = request.GET.get("before", "")
    if not text:
        return None
    try:
        before = datetime.fromisoformat(text)
        return before if before.tzinfo and 1900 < before.year < 2200 else None
    except ValueError:
        raise Http404 from None


def _to_correct(person: Participant, number: str) -> dict[str, object]:
    """The line that is to be corrected, as the form begins with it."""
    if not number.isdecimal() or len(number) > 18:
        return {}
    note = person.contact_notes.filter(pk=number, corrected_by__isnull=True).first()
    if note is None:
        raise Http404
    return {
        "channel": note.channel,
        "who": "them" if note.from_them else "us",
        "words": note.words,
        "corrects": note.pk,
    }
