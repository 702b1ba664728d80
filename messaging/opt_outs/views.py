"""The page behind "stop messages like this one". Looking changes nothing; a press does, also a mail program's (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from messaging.opt_outs import services as opt_outs
from participants.models import Participant
from participants.personal_links.views import closed_page

# A mail program that unsubscribes at one press of its user sends this, and has no cookie of ours.
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@csrf_exempt  # for a mail program alone; `_page` is protected as every other page
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def stop(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    person = opt_outs.holder_of(pk, token)
    if person is None:
        response = render(request, "messaging/opt_outs/optional_over.html", status=404)
    elif request.method == "POST" and request.POST.dict() == ONE_CLICK:
        opt_outs.opt_out(person=person, how=opt_outs.How.LINK, now=timezone.now())
        response = HttpResponse(status=200)
    elif person.is_silenced:
        response = closed_page(request, person)
    else:
        response = _page(request, person)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


@csrf_protect
def _page(request: HttpRequest, person: Participant) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        if request.POST.get("answer") == "resume":
            opt_outs.opt_back_in(person=person, now=now)
        elif request.POST.get("answer") == "stop":
            opt_outs.opt_out(person=person, how=opt_outs.How.LINK, now=now)
        return redirect(request.path)
    return render(request, "messaging/opt_outs/optional.html", {"stopped": opt_outs.standing(person)})
