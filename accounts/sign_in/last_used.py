"""Notes that a person came, once a day: what nobody has used for long is asked about, and ends (accounts.members.review)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.members import review
from core.dates import LONDON

Handler = Callable[[HttpRequest], HttpResponse]
NOTED_ON = "use_noted_on"  # in the log-in session, so that other requests of the day need no query


class LastUsedMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            today = timezone.now().astimezone(LONDON).date()
            if request.session.get(NOTED_ON) != today.isoformat():
                review.note_use(user=request.user, today=today)
                request.session[NOTED_ON] = today.isoformat()
        return self.get_response(request)
