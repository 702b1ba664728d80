"""Officers' pages of where a person may be written to, and of the messages that they would rather do without."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from design.forms import pressed, refusals_told
from messaging.kinds import registry as kinds
from messaging.models import Message
from messaging.opt_outs import services as opt_outs
from participants.identity import services as people
from participants.models import Participant


class ReachPages:
    """Mixed into the page of messages; `page`, `_may`, `message_user` and `_find` come from there."""

    def reach_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/address-works/",
                wrap(require_POST(self.address_works_view)),
                name="messaging_message_address_works",
            ),
            path("optional/<int:pk>/", wrap(self.optional_view), name="messaging_optional"),
        ]

    def address_works_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = self._find(request, pk)
        by_post = message.channel == Message.Channel.LETTER
        works = people.post_works if by_post else people.email_works
        if message.participant and works(person=message.participant, by=user_of(request)):
            address = "address" if by_post else "email address"
            self.message_user(request, f"Saved. We will use this person’s {address} again.")
        return redirect("admin:messaging_message_change", pk)

    def optional_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a person says on the telephone about the messages that they may do without."""
        self._may(request)
        person = get_object_or_404(Participant.objects.standing(), pk=pk)
        if request.method == "POST":
            with refusals_told(request):
                self._note(request, person)
            return redirect("admin:messaging_optional", pk)
        context = {
            "title": f"Optional messages: {person}",
            "person": person,
            "stopped": opt_outs.standing(person),
            "names": [kind.title for kind in kinds.registered() if kind.optional],
        }
        return self.page(request, "message/optional.html", context)

    def _note(self, request: HttpRequest, person: Participant) -> None:
        now = timezone.now()
        if pressed(request, "answer", ["stop", "resume"]) == "stop":
            opt_outs.opt_out(person=person, how=opt_outs.How.TOLD, now=now, by=user_of(request))
            self.message_user(request, "Saved. We will only send them essential messages.")
        else:
            opt_outs.opt_back_in(person=person, now=now, by=user_of(request))
            self.message_user(request, "Saved. We will send them optional messages again.")
