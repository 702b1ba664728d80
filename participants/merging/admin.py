"""Officers' pages about two rows that may be one person: side by side, what merging would do, and the press."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from core.admin import AdminPages
from core.text import at_start
from participants.identity import labels
from participants.merging import matching
from participants.merging import services as merging
from participants.merging.forms import MergeForm
from participants.models import IDENTITY, Participant
from participants.needs import services as needs

SHOWN = (*IDENTITY, "preferred_contact", "message_safe", "practice")


class MergingPages(AdminPages[Participant]):
    def merging_urls(self) -> list:
        two_people = require_POST(self.two_people_view)
        return [
            self.page_at("<int:pk>/merge/<int:other>/", self.merge_view, "merge"),
            self.page_at("<int:pk>/two-people/<int:other>/", two_people, "two_people"),
        ]

    def merge_view(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        """`pk` is the row that would stay, `other` the one that would go into it."""
        kept, gone = self._pair(request, pk, other)
        if kept is None or gone is None:
            return self._over(request)
        way_out = reverse("admin:participants_participant_change", args=[pk])
        form = MergeForm(request.POST or None, kept=kept, gone=gone, way_out=way_out)
        stop = merging.in_the_way(kept, gone)
        if form.step in ("check", "merge") and not stop and form.is_valid():
            if form.step == "check":
                return self.show(
                    request,
                    "participant/merge_check",
                    f"Merge {kept} and {gone}?",
                    kept=kept,
                    gone=gone,
                    effects=merging.merge_effects(kept, gone, form.cleaned_data),
                    choices=form.kept(),
                    seen=merging.fingerprint(kept, gone),
                )
            with form.refusals():
                self._merge(request, form, kept, gone)
                return redirect(way_out)
        return self.show(
            request,
            "participant/merge",
            "Is this the same person?",
            kept=kept,
            gone=gone,
            rows=_side_by_side(kept, gone),
            stop=stop,
            form=form,
        )

    def two_people_view(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        one, two = self._pair(request, pk, other)
        if one is None or two is None:
            return self._over(request)
        matching.two_people(one=one, other=two, by=user_of(request), now=timezone.now())
        self.message_user(
            request, f"Saved: {one} and {two} are two people. We will not show this pair again."
        )
        return redirect("admin:participants_participant_change", pk)

    def _merge(self, request: HttpRequest, form: MergeForm, kept: Participant, gone: Participant) -> None:
        merging.merge(
            kept=kept,
            gone=gone,
            choices=form.cleaned_data,
            seen=request.POST.get("seen", ""),
            by=user_of(request),
            now=timezone.now(),
        )
        self.message_user(request, "Records merged. Both histories are on this person’s history page.")

    def _merged_row(self, request: HttpRequest, object_id: str) -> Participant | None:
        if not (self.has_change_permission(request) and object_id.isdecimal() and len(object_id) < 19):
            return None
        return Participant.objects.filter(pk=object_id, merged_into__isnull=False).first()

    def _pair(
        self, request: HttpRequest, pk: int, other: int
    ) -> tuple[Participant | None, Participant | None]:
        """Both rows; None for one that was merged in the meantime. "Not found" for what never was a pair."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        # Numbers longer than the key's are in no table; PostgreSQL would refuse to look.
        wanted = [number for number in {pk, other} if number < 2**63]
        rows = {row.pk: row for row in Participant.objects.filter(pk__in=wanted).select_related("practice")}
        if len(rows) != 2:
            raise Http404
        standing = {number: row for number, row in rows.items() if row.merged_into_id is None}
        return standing.get(pk), standing.get(other)

    def _over(self, request: HttpRequest) -> HttpResponse:
        self.message_user(
            request,
            "A colleague has already merged one of these. Search for the person again.",
            messages.WARNING,
        )
        return redirect("admin:participants_participant_changelist")


def _side_by_side(kept: Participant, gone: Participant) -> list[dict[str, object]]:
    """Each detail of both, then what each room knows of them."""
    differing = {*merging.differing(kept, gone), *merging.differing(gone, kept)}
    rows = []
    for name in SHOWN:
        ours, theirs = ([labels.format_field(row, name) or "Not given"] for row in (kept, gone))
        label, differs = at_start(labels.field_label(name)), name in differing
        rows.append({"label": label, "kept": ours, "gone": theirs, "differs": differs})
    rows.append({"label": "Needs", **_both(lambda row: needs.flags(row.needs.open()), kept, gone)})
    rows.append({"label": "Conflicting details to settle", **_both(_undecided, kept, gone)})
    return rows + [{"label": part.title, **_both(part.shows, kept, gone)} for part in merging.registered()]


def _undecided(person: Participant) -> list[str]:
    return [
        f"{labels.field_label(each.field)}: {each.value}"
        for each in person.differences.open().order_by("reported_at", "pk")
    ]


def _both(
    shows: Callable[[Participant], list[str]], kept: Participant, gone: Participant
) -> dict[str, list[str]]:
    return {"kept": shows(kept) or ["None"], "gone": shows(gone) or ["None"]}
