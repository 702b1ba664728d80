"""Where an organisation's lead looks after colleagues; nobody else has these pages, and no other organisation's rows."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.login_sessions import services as login_sessions
from accounts.members import review
from accounts.members import services as members
from accounts.members.forms import InviteForm, RoleForm
from accounts.models import Membership, Organisation, OrganisationQuerySet
from accounts.requests import SignedInRequest
from accounts.security_log import Event, note
from core.errors import Refused
from design.forms import refusals_told


def for_leads(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for people who look after the members of an organisation."""

    @wraps(view)
    @never_cache
    @login_required
    def guarded(request: SignedInRequest, **kwargs: object) -> HttpResponse:
        if not Organisation.objects.led_by(request.user).exists():
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


@require_GET
@for_leads
def listed(request: SignedInRequest) -> HttpResponse:
    """Everybody who may refer for the organisations that this person leads, those to confirm marked."""
    theirs = Membership.objects.current().filter(organisation__in=_led(request))
    # By the name that is shown: in the order of the accounts' own names a place in the list would tell of them.
    places = sorted(
        theirs.select_related("user", "organisation"), key=lambda place: (place.name.lower(), place.pk)
    )
    due = set(
        review.to_confirm(timezone.now())
        .filter(pk__in=[place.pk for place in places])
        .values_list("pk", flat=True)
    )
    groups = [
        {
            "organisation": organisation,
            "rows": [
                (place, place.pk in due) for place in places if place.organisation_id == organisation.pk
            ],
        }
        for organisation in _led(request)
    ]
    for group in groups:
        group["due"] = any(is_due for _, is_due in group["rows"])
    return render(request, "accounts/members/colleagues.html", {"groups": groups, "several": len(groups) > 1})


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def invite(request: SignedInRequest) -> HttpResponse:
    page = reverse("colleagues")
    form = InviteForm(request.POST or None, led=_led(request), way_out=page)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            members.invite(by=request.user, now=timezone.now(), **form.facts())
            name, email = form.cleaned_data["name"], form.cleaned_data["email"]
            messages.success(request, f"{name} can now refer. We’ll email an invitation to {email}.")
            return redirect(page)
    return render(request, "accounts/members/invite.html", {"form": form, "back_url": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    """One colleague's role, to be changed."""
    place, page = _own(request, pk), reverse("colleagues")
    if request.method == "POST":
        form = RoleForm(request.POST, way_out=page)
        if form.is_valid():
            with form.refusals():
                members.change_role(place=place, by=request.user, now=timezone.now(), **form.cleaned_data)
                _stay(request, place)
                messages.success(request, f"You have changed the role of {place.name}.")
                return redirect("colleagues" if _still_leads(request) else "home")
    else:
        form = RoleForm.filled(place, way_out=page)
    return render(
        request, "accounts/members/colleague.html", {"form": form, "place": place, "back_url": page}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks once, then ends the membership by a press."""
    place = _own(request, pk)
    refused = ""
    if request.method == "POST":
        try:
            members.end(place=place, by=request.user, now=timezone.now())
        except Refused as refusal:
            refused = str(refusal)
        else:
            _stay(request, place)
            messages.success(request, f"{place.name} can no longer refer for {place.organisation}.")
            return redirect("colleagues" if _still_leads(request) else "home")
    context = {"place": place, "refused": refused, "back_url": reverse("colleague", args=[pk])}
    return render(request, "accounts/members/end_colleague.html", context)


@require_POST
@for_leads
def confirm(request: SignedInRequest) -> HttpResponse:
    """One colleague still works here (`place`), or everybody of one organisation (`organisation`)."""
    places = Membership.objects.current().filter(organisation__in=_led(request))
    one, everybody = request.POST.get("place", ""), request.POST.get("organisation", "")
    chosen = places.filter(pk=_number(one)) if one else places.filter(organisation=_number(everybody))
    first = chosen.select_related("organisation").first()
    if first is not None:
        with refusals_told(request):
            count = members.confirm(
                places=chosen, organisation=first.organisation, by=request.user, now=timezone.now()
            )
            people = "1 colleague" if count == 1 else f"{count} colleagues"
            messages.success(request, f"Thank you. {people} confirmed.")
    return redirect("colleagues")


def _led(request: SignedInRequest) -> OrganisationQuerySet:
    return Organisation.objects.led_by(request.user).order_by("name", "pk")


def _own(request: SignedInRequest, pk: int) -> Membership:
    there = Membership.objects.current().filter(organisation__in=Organisation.objects.led_by(request.user))
    place = there.select_related("user", "organisation").filter(pk=pk).first()
    if place is None:
        if Membership.objects.filter(pk=pk).exists():  # another organisation's; the page does not say so
            note(Event.REFUSED, user_id=request.user.pk, request=request, status_code=404)
        raise Http404
    return place


def _stay(request: SignedInRequest, place: Membership) -> None:
    """Who changed their own place stays signed in here."""
    if place.user == request.user:
        login_sessions.keep_signed_in(request)


def _still_leads(request: SignedInRequest) -> bool:
    return Organisation.objects.led_by(request.user).exists()


def _number(typed: str) -> int:
    """A row's number; 0, which none has, for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
