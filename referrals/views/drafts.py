"""Unfinished referrals: kept when the sign-in had run out, opened again by whoever typed them, and by nobody else."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from referrals import drafts
from referrals.forms import ReferralForm
from referrals.models import ReferralDraft
from referrals.views.door import for_members
from referrals.views.form_page import ask

# Whose form this browser was given: signed, so that nobody can put words into another person's drafts.
COOKIE, SALT, PATH = "referral_form", "referrals.draft", "/referrals/"

View = Callable[..., HttpResponse]


def rescued(view: View) -> View:
    """Keep what is posted when nobody is signed in any more, and lead back to it after the sign-in.

    The person is the one whose session has just run out, else the one to whom this browser's form was given.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            owner = _owner(request) if request.method == "POST" else None
            draft = owner and _save(request, owner)
            return redirect_to_login(
                reverse("referrals:draft", args=[draft.key]) if draft else request.get_full_path()
            )
        response = view(request, **kwargs)
        response.set_signed_cookie(
            COOKIE,
            str(request.user.pk),
            salt=SALT,
            path=PATH,
            max_age=settings.DRAFT_DAYS * 24 * 60 * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    guarded.rescues = True  # accounts' idle guard lets the post through, signed out
    return guarded


def save_for_later(request: HttpRequest) -> HttpResponse:
    """The button "Save and finish later"."""
    if _save(request, request.user):
        messages.success(request, f"What you typed is kept for {settings.DRAFT_DAYS} days.")
    return redirect("referrals:list")


@require_GET
@for_members
def open_draft(request: HttpRequest, key: UUID) -> HttpResponse:
    draft = get_object_or_404(ReferralDraft.objects.of(request.user), key=key)
    data = QueryDict(mutable=True)
    for name, values in draft.typed.items():
        data.setlist(name, values)
    return ask(request, ReferralForm.refilled(data, user=request.user, now=timezone.now()), draft=draft)


@require_POST
@for_members
def delete(request: HttpRequest, key: UUID) -> HttpResponse:
    drafts.forget(key=key, user=request.user)
    messages.success(request, "The unfinished referral is deleted.")
    return redirect("referrals:list")


def _owner(request: HttpRequest) -> User | None:
    timed_out = getattr(request, "timed_out_user", None)
    if timed_out is not None:
        return timed_out
    try:
        pk = request.get_signed_cookie(COOKIE, salt=SALT, max_age=settings.DRAFT_DAYS * 24 * 60 * 60)
    except (KeyError, BadSignature):
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def _save(request: HttpRequest, user: User) -> ReferralDraft | None:
    try:
        key = UUID(request.POST.get("submission_key", ""))
    except ValueError:
        key = uuid4()
    asked = ReferralForm.base_fields
    typed = {
        name: values
        for name, values in request.POST.lists()
        if any(name == field or name.startswith(f"{field}_") for field in asked)
    }
    if not any(
        value.strip() for name, values in typed.items() if name != "submission_key" for value in values
    ):
        return None
    return drafts.save(key=key, user=user, now=timezone.now(), keep_days=settings.DRAFT_DAYS, typed=typed)
