"""The public page for people who would like to refer. Whatever is sent, the answer is the same page."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_requests import services as access_requests
from accounts.access_requests.forms import InterestForm
from accounts.sign_in.known_browser import limit_key


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.by_a_program:
        return redirect("join_thanks")
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            # From one internet address, which a whole practice may share, and then of everybody in a day.
            if not ratelimit.consume(request, action="interest", key=limit_key(request, "interest")):
                raise access_requests.ManyInterests
            access_requests.express(now=timezone.now(), **form.facts())
            return redirect("join_thanks")
    return render(request, "accounts/access_requests/join.html", {"form": form})


@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/access_requests/join_thanks.html")
