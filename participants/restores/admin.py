"""The officers' page after a backup is restored: what is in doubt, room by room, and who confirmed the list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone

from accounts.requests import user_of
from core.admin import AdminPages
from participants.models import Participant, Restore
from participants.restores import services as restores


class RestorePages(AdminPages[Participant]):
    def restore_urls(self) -> list:
        view = self.admin_site.admin_view(self.restore_view)
        return [path("restored/<int:pk>/", view, name="participants_restore")]

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        restore = get_object_or_404(Restore, pk=pk)
        if request.method == "POST":
            try:
                restores.confirm(restore=restore, by=user_of(request), now=timezone.now())
            except restores.AlreadyConfirmed as refusal:
                self.message_user(request, str(refusal), messages.WARNING)
            else:
                self.message_user(request, "Confirmed.")
            return redirect("admin:index")
        parts = [
            {
                "title": part.title,
                "count": part.count(restore),
                "url": f"{reverse(part.url)}{f'?{part.query}' if part.query else ''}",
            }
            for part in restores.parts()
        ]
        return self.show(request, "participant/restored", "After a restore", restore=restore, parts=parts)
