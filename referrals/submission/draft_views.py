"""Unfinished referrals: kept when the sign-in had run out, and deleted by whoever typed them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import SignedInRequest
from core.nonces import name_of, number_in
from design import signed_cookies
from referrals.access import for_members
from referrals.models import ReferralDraft
from referrals.submission import drafts
from referrals.submission import forms as submission_forms

# Whose form this browser was given: signed, so that nobody can put words into another person's drafts.
COOKIE, SALT = "referral_form", "referrals.draft"

View = Callable[..., HttpResponse]


def rescued(view: View) -> View:
    """Keep what is posted when nobody is signed in any more, and lead back to it after the sign-in.

    The person is the one whose session has just run out, else the one to whom this browser's form was given.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            owner = _owner(request) if request.method == "POST" else None
            draft = owner and save(request, owner, kwargs["key"])
            return redirect_to_login(
                request.get_full_path().replace(
                    str(kwargs["key"]), str(draft.key if draft else kwargs["key"])
                )
            )
        response = view(request, **kwargs)
        signed_cookies.set_cookie(
            response, COOKIE, name_of(request.user), salt=SALT, max_age=_draft_seconds()
        )
        return response

    guarded.rescues = True  # accounts' idle guard lets the post through, signed out
    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def delete(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Asks once, then deletes by a press. A draft that has gone already leads back to the list."""
    draft = ReferralDraft.objects.of(request.user).filter(key=key).first()
    if request.method != "POST":
        if draft is None:
            return redirect("referrals:list")
        context = {"draft": draft, "back_url": reverse("referrals:list")}
        return render(request, "referrals/submission/draft_delete.html", context)
    drafts.forget(key=key, user=request.user)
    messages.success(request, "Unfinished referral deleted.")
    return redirect("referrals:list")


def _owner(request: HttpRequest) -> User | None:
    timed_out = getattr(request, "timed_out_user", None)
    if timed_out is not None:
        return timed_out
    name = signed_cookies.read_cookie(request, COOKIE, salt=SALT, max_age=_draft_seconds())
    user = User.objects.filter(pk=number_in(name), is_active=True).first() if name else None
    return user if user and name_of(user) == name else None


def _draft_seconds() -> int:
    return settings.DRAFT_DAYS * 24 * 60 * 60


def save(request: HttpRequest, user: User, key: UUID) -> ReferralDraft | None:
    """Keep what was posted in this person's draft, in place of what stood there for the same page.

    The way back from a stop brings every page. None when there is nothing to keep, or the referral was sent already.
    """
    name = request.resolver_match.kwargs.get("name") if request.resolver_match else None
    if name not in submission_forms.EVERY:
        return None
    asks = submission_forms.asked if "back" in request.POST else submission_forms.EVERY[name].asks
    typed = {box: values for box, values in request.POST.lists() if asks(box)}
    nothing = not any(value.strip() for values in typed.values() for value in values)
    if nothing and not ReferralDraft.objects.of(user).filter(key=key).exists():
        return None
    return drafts.save(
        key=key,
        user=user,
        now=timezone.now(),
        keep_days=settings.DRAFT_DAYS,
        typed=typed,
        replacing=asks,
    )
