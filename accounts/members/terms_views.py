"""The page for invited people: who invited them, to what, and the terms to accept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.members import terms
from accounts.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def accept(request: SignedInRequest) -> HttpResponse:
    places = list(terms.due(request.user))
    if request.method == "POST" and places:
        version = request.POST.get("version", "")
        if version == str(terms.TERMS.version):
            terms.accept(user=request.user, version=terms.TERMS.version, now=timezone.now())
            places = []
        else:
            messages.error(request, "Read the terms again. They have changed.")
    if not places:
        request.session.pop(terms.DUE, None)
        return redirect("home")
    return render(request, "accounts/members/terms.html", {"places": places, "terms": terms.TERMS})
