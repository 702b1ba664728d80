"""The page behind "stop messages like this one". Looking changes nothing; a press does, also a mail program's (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging import optional

# A mail program that unsubscribes at one press of its user sends this, and has no cookie of ours.
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@csrf_exempt  # whoever can forge this has the link, and with it the page
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def stop(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    person, now = optional.holder_of(pk, token), timezone.now()
    if person is None:
        response = render(request, "messaging/optional_over.html", status=404)
    elif request.method == "POST":
        if request.POST.get("answer") == "resume":
            optional.resume(person=person, now=now)
        elif request.POST.get("answer") == "stop" or request.POST.dict().items() >= ONE_CLICK.items():
            optional.stop(person=person, how=optional.How.LINK, now=now)
        response = redirect("optional:stop", pk=pk, token=token)
    else:
        context = {"pk": pk, "token": token, "stopped": optional.is_stopped(person)}
        response = render(request, "messaging/optional.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response
