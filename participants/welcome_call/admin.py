"""The officers' page of the welcome call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.requests import user_of
from core.admin import AdminPages
from design.forms import NothingPressed
from participants.models import Participant
from participants.readiness import summary
from participants.welcome_call.parts import PARTS, CallPart, Known


@dataclass(frozen=True)
class Shown:
    """One part as the page shows it."""

    part: CallPart
    known: Known
    form: Any

    @property
    def closed(self) -> bool:
        """It has its answers, and nothing typed into it waits to be mended."""
        return self.known.answered and not self.form.is_bound


class WelcomeCallPages(AdminPages[Participant]):
    def welcome_call_urls(self) -> list:
        return [self.page_at("<int:pk>/welcome-call/", self.welcome_call_view, "welcome_call")]

    def welcome_call_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every part with its own form; one is saved at a time, and the others stay as they are on record."""
        person, by, now = self.find(request, pk), user_of(request), timezone.now()
        page = reverse("admin:participants_participant_welcome_call", args=[pk])
        if person.died_at:
            self.message_user(
                request, "This person has died. Do not make the welcome call.", messages.WARNING
            )
            return redirect("admin:participants_participant_change", pk)
        failed = None
        if request.method == "POST":
            part = PARTS.get(request.GET.get("part", ""))
            if part is None:
                self.message_user(request, NothingPressed.sentence, messages.WARNING)
                return redirect(page)
            failed = _form(part, request.POST, person, by, now)
            if failed.is_valid():
                with failed.refusals(part.beside):
                    part.keep(failed, person, by, now)
                    person.refresh_from_db()
                    return redirect(f"{page}?saved={part.name}#{_after(part, person)}")
        shown = [
            Shown(
                part,
                part.known(person),
                failed if failed and failed.prefix == part.name else _form(part, None, person, by, now),
            )
            for part in PARTS.values()
        ]
        saved = PARTS.get(request.GET.get("saved", ""))
        context = {"form": failed} if failed else {}
        return self.show(
            request,
            "participant/welcome_call",
            f"Welcome call: {person}",
            person=person,
            parts=shown,
            answered=sum(each.known.answered for each in shown),
            saved=saved,
            saved_above=_after(saved, person) if saved else "",
            not_known=summary.NOT_KNOWN,
            **context,
        )


def _form(part: CallPart, data: Any, person: Participant, by: User, now: datetime) -> Any:
    """The part's own form, told from the others of the page by its prefix."""
    form = part.form(data, person, by, now, reverse("admin:participants_participant_ready", args=[person.pk]))
    form.prefix = part.name
    form.action = f"?part={part.name}"
    form.submit, form.leave = "Save and continue", "Finish later"
    return form


def _after(part: CallPart, person: Participant) -> str:
    """Where the call goes on: the next part that has something left to ask, or the end of the page."""
    names = list(PARTS)
    following = names[names.index(part.name) + 1 :]
    return next((name for name in following if not PARTS[name].known(person).answered), "finish")
