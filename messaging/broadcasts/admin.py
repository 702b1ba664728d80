"""Officers' pages for writing to a person or a group: write, look, send, and call back what has not gone."""

import uuid
from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from core.dates import moment
from messaging.broadcasts import audiences
from messaging.broadcasts import services as broadcasts
from messaging.broadcasts.forms import AdHocForm
from messaging.content import validation
from messaging.models import AdHoc, Message

State = Message.State


class AdHocPages:
    """Mixed into the page of messages; `page`, `_may` and `message_user` come from there."""

    def adhoc_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("write/<str:audience>/<int:pk>/", wrap(self.write_view), name="messaging_write"),
            path("written/<int:pk>/", wrap(self.written_view), name="messaging_written"),
            path(
                "written/<int:pk>/call-back/",
                wrap(require_POST(self.call_back_written_view)),
                name="messaging_written_call_back",
            ),
        ]

    def write_view(self, request: HttpRequest, audience: str, pk: int) -> HttpResponse:
        self._may(request)
        to, now = audiences.find(audience), timezone.now()
        title = to.title(pk) if to else None
        if to is None or title is None:
            raise Http404
        back = to.page(pk)
        form = AdHocForm(
            request.POST if request.method == "POST" else None, way_out=back, initial={"key": uuid.uuid4()}
        )
        found = broadcasts.reach(to, pk, now)
        context = {
            "title": f"Write to {title}",
            "form": form,
            "reach": found,
            "waits_until": moment(found.waits_until) if found.waits_until else "",
            "back": back,
            "whom": title,
        }
        if form.step == "change" or not form.fits(validation.faults_of):
            return self.page(request, "message/write.html", context | {"errors": form.errors})
        typed = form.cleaned_data
        if form.step == "send":
            try:
                written, new = broadcasts.send(
                    audience=to,
                    pk=pk,
                    subject=typed["subject"],
                    text=typed["text"],
                    key=typed["key"],
                    by=user_of(request),
                    now=now,
                )
            except broadcasts.Nobody:
                self.message_user(request, "Nothing was sent: there is no one to write to.", messages.ERROR)
                return redirect(back)
            if not new:
                self.message_user(request, "Already sent. We will not send it again.", messages.WARNING)
            return redirect("admin:messaging_written", written.pk)
        context |= {
            "title": f"Check: message to {title}",
            "kept": form.kept(),
            "mail": broadcasts.preview(found.people[0], typed["subject"], typed["text"])
            if found.people
            else None,
        }
        return self.page(request, "message/write_look.html", context)

    def written_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._may(request)
        written = get_object_or_404(AdHoc.objects.select_related("written_by", "called_back_by"), pk=pk)
        rows = broadcasts.sent_of(written)
        counts = Counter(row.state for row in rows)
        name, _, number = written.audience.partition(":")
        to = audiences.find(name)
        context = {
            "title": f"Written to {(to.title(int(number)) if to else None) or 'someone'}",
            "written": written,
            "back": to.page(int(number)) if to else reverse("admin:index"),
            "rows": rows,
            "counts": [(State(state).label, count) for state, count in sorted(counts.items())],
            "waiting": counts[State.PENDING],
        }
        return self.page(request, "message/written.html", context)

    def call_back_written_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._may(request)
        written = get_object_or_404(AdHoc, pk=pk)
        stopped = broadcasts.withdraw_broadcast(written=written, by=user_of(request), now=timezone.now())
        if stopped:
            self.message_user(
                request, f"Cancelled: {stopped} will not be sent. Messages already sent are not affected."
            )
        else:
            self.message_user(request, "No messages were waiting.", messages.WARNING)
        return redirect("admin:messaging_written", pk)
