"""Accounts in the officers' admin: administrators change them, officers look, nobody deletes."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import Group
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django_admin_action_forms import AdminActionForm, action_with_form

from accounts import services
from accounts.access_requests.admin import InterestAdmin
from accounts.admin_forms import AccountForm, NewAccountForm, NewMembershipForm, OrganisationContactForm
from accounts.clinical_sign_off.admin import TextSignOffAdmin
from accounts.login_sessions import services as login_sessions
from accounts.login_sessions.admin import SigningOutPage
from accounts.models import Membership, Organisation, User
from accounts.organisations.closing_admin import ClosingPages
from accounts.requests import user_of
from core.admin import BaseAdmin
from core.dates import day, moment
from design.action_forms import ActionForms

__all__ = ["InterestAdmin", "TextSignOffAdmin"]  # registered with the rest of this room

# Libraries' own tables: changing them by hand would open doors that our services keep shut.
social = apps.get_app_config("socialaccount").get_models() if settings.OIDC_ISSUER else ()
for model in (EmailAddress, Authenticator, Group, *social):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(SigningOutPage, ActionForms, BaseAdmin):
    list_display = ["name", "email", "staff_role", "works_at", "is_active", "has_second_step"]
    list_filter = ["is_active", "staff_role"]
    search_fields = ["name", "email"]
    search_help_text = "name or email address"
    ordering = ["name", "pk"]
    readonly_fields = ["current_places", "joined", "last_signed_in", "has_second_step"]
    actions = ["forget_second_step"]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        if self.has_change_permission(request, obj):
            kwargs["form"] = AccountForm if obj else NewAccountForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "email", "staff_role", "organisation", "role", "profession", "is_lead")
        return ("name", "email", "staff_role", "is_active", *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        # Nobody closes the door behind themselves: another administrator has to do it.
        own = ["staff_role", "is_active"] if obj == request.user else []
        return [*self.readonly_fields, *own]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        app = Authenticator.objects.filter(user=OuterRef("pk"), type__in=types)
        current = Count("memberships", filter=Q(memberships__ended_at__isnull=True))
        return super().get_queryset(request).annotate(places=current, second_step=Exists(app))

    @admin.display(description="organisations", ordering="places")
    def works_at(self, user: User) -> int:
        return user.places

    @admin.display(description="works at")
    def current_places(self, user: User) -> str:
        places = user.memberships.current().select_related("organisation").order_by("organisation__name")
        return "; ".join(f"{place.organisation}: {place.role_in_words}" for place in places) or "-"

    @admin.display(description="joined", ordering="joined_at")
    def joined(self, user: User) -> str:
        return moment(user.joined_at)

    @admin.display(description="last signed in", ordering="last_login")
    def last_signed_in(self, user: User) -> str:
        return moment(user.last_login) if user.last_login else "never"

    @admin.display(description="second step", boolean=True, ordering="second_step")
    def has_second_step(self, user: User) -> bool:
        return user.second_step

    def save_model(self, request: HttpRequest, obj: User, form: AccountForm, change: bool) -> None:
        answers, by, now = form.cleaned_data, user_of(request), timezone.now()
        if change:
            services.change_account(
                user=obj,
                email=answers["email"],
                name=answers["name"],
                staff_role=answers.get("staff_role", obj.staff_role),
                is_active=answers.get("is_active", obj.is_active),
                by=by,
                now=now,
            )
            if obj == request.user:
                login_sessions.keep_signed_in(request)
            return
        opened = services.open_account(
            email=answers["email"], name=answers["name"], staff_role=answers["staff_role"], by=by, now=now
        )
        if answers["organisation"]:
            there = {name: answers[name] for name in ("organisation", "role", "profession", "is_lead")}
            services.join(user=opened, **there, by=by, now=now)
        obj.__dict__.update(opened.__dict__)  # the admin goes on with its own copy

    class ForgetForm(AdminActionForm):
        class Meta:
            list_objects = True
            help_text = (
                "For a lost or new phone. Their app and passkeys stop working. They set up the app again when "
                "they next sign in."
            )
            confirm_button_text = "Let them set up a new app"

    @action_with_form(ForgetForm, permissions=["change"], description="Let them set up a new second step")
    def forget_second_step(self, request: HttpRequest, queryset: QuerySet, data: dict) -> None:
        for user in queryset:
            services.forget_second_factor(user=user, by=user_of(request), now=timezone.now())
        messages.success(request, "They set up a new second step when they next sign in.")


ODS_STATUSES = {"A": "Active", "C": "Closed", "D": "Dormant", "P": "Proposed"}


class OdsStatus(admin.SimpleListFilter):
    """By the standing that the national list gives."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(ODS_STATUSES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(ods_status=self.value()) if self.value() in ODS_STATUSES else queryset


@admin.register(Organisation)
class OrganisationAdmin(ClosingPages):
    list_display = ["name", "ods_code", "postcode", "standing", "people", "contact_email"]
    list_filter = [OdsStatus, "kind"]
    search_fields = ["name"]  # names the box; get_search_results does the searching
    search_help_text = "name, ODS code or the start of a postcode"
    ordering = ["name", "pk"]
    form = OrganisationContactForm
    # The national list says these: the next import would overwrite a change.
    listed = [
        "name",
        "ods_code",
        "kind",
        "address",
        "postcode",
        "phone",
        "standing",
        "opened_on",
        "closed_on",
    ]
    fields = ["contact_email", "current_people", *listed]
    readonly_fields = ["current_people", *listed]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        current = Count("memberships", filter=Q(memberships__ended_at__isnull=True))
        return super().get_queryset(request).annotate(referrers=current)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False

    @admin.display(description="status", ordering="ods_status")
    def standing(self, organisation: Organisation) -> str:
        if organisation.refers_no_more_since:
            return "Refers no more"
        return ODS_STATUSES.get(organisation.ods_status, "Not on the list of practices")

    @admin.display(description="people who refer", ordering="referrers")
    def people(self, organisation: Organisation) -> int:
        return organisation.referrers

    @admin.display(description="people who refer")
    def current_people(self, organisation: Organisation) -> str:
        places = organisation.memberships.current().select_related("user").order_by("user__name")
        return "; ".join(f"{place.user}: {place.role_in_words}" for place in places) or "-"

    def save_model(
        self, request: HttpRequest, obj: Organisation, form: OrganisationContactForm, change: bool
    ) -> None:
        services.keep_contact(
            organisation=obj,
            email=form.cleaned_data["contact_email"],
            by=user_of(request),
            now=timezone.now(),
        )


class Standing(admin.SimpleListFilter):
    """Current memberships, unless ended ones are asked for."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("ended", "Ended"), ("all", "All")]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        return iter([{**first, "display": "Current"}, *others])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.exclude(ended_at=None) if self.value() == "ended" else queryset.current()


@admin.register(Membership)
class MembershipAdmin(ActionForms, BaseAdmin):
    list_display = ["user", "organisation", "role", "is_lead", "started", "used", "ended"]
    list_filter = [Standing, "role", "is_lead"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__name", "user__email", "organisation__name", "organisation__ods_code"]
    search_help_text = "name, email address, organisation or ODS code"
    ordering = ["user__name", "pk"]
    form = NewMembershipForm
    readonly_fields = ["started", "used", "ended"]
    actions = ["end"]

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        asked = ("user", "organisation", "role", "profession", "is_lead")
        return (*asked, *(("started", "used", "ended") if obj else ()))

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        # A membership is begun and ended, never edited; the list itself needs the right for its action.
        return obj is None and super().has_change_permission(request)

    @admin.display(description="started", ordering="started_at")
    def started(self, membership: Membership) -> str:
        return day(membership.started_at)

    @admin.display(description="ended", ordering="ended_at")
    def ended(self, membership: Membership) -> str:
        if not membership.ended_at:
            return "–"
        return f"{day(membership.ended_at)}: {membership.get_ended_because_display().lower()}"

    @admin.display(description="last used", ordering="last_used_on")
    def used(self, membership: Membership) -> str:
        return day(membership.last_used_on) if membership.last_used_on else "never"

    def save_model(
        self, request: HttpRequest, obj: Membership, form: NewMembershipForm, change: bool
    ) -> None:
        made = services.join(**form.cleaned_data, by=user_of(request), now=timezone.now())
        obj.__dict__.update(made.__dict__)

    class EndForm(AdminActionForm):
        class Meta:
            list_objects = True
            help_text = (
                "They can no longer refer for this organisation, nor see its referrals. Nothing is deleted."
            )
            confirm_button_text = "End these memberships"

    @action_with_form(EndForm, permissions=["change"], description="End these memberships")
    def end(self, request: HttpRequest, queryset: QuerySet, data: dict) -> None:
        ended = 0
        for membership in queryset.current():
            services.end_membership(membership=membership, by=user_of(request), now=timezone.now())
            ended += 1
        messages.success(request, f"Memberships ended: {ended}.")
