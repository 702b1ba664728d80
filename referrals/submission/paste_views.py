"""Paste a summary or a letter: what was read is shown with its source, then put into a draft to be checked."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.clinical_sign_off.services import NO_REFERRALS, require_signed_off
from accounts.models import Organisation
from accounts.requests import SignedInRequest
from core.dates import LONDON, day
from participants import contact_details, nhs_number
from referrals import safety, text_extraction
from referrals.access import for_members
from referrals.submission import drafts
from referrals.submission import forms as submission_forms
from referrals.submission.paste_form import PasteForm
from referrals.text_extraction.safety_hints import pointed_at

LABELS = {
    "given_name": "First name",
    "family_name": "Last name",
    "date_of_birth": "Date of birth",
    "nhs_number": "NHS number",
    "practice": "GP practice",
    "phone": "Phone number",
    "email": "Email address",
    "postcode": "Postcode",
}


@dataclass(frozen=True)
class ExtractedRow:
    """One line of the table: what was read, from which words, and whether it stands in the form."""

    label: str
    value: str
    words: str
    taken: bool


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def paste(request: SignedInRequest) -> HttpResponse:
    require_signed_off(now=timezone.now(), heading=NO_REFERRALS)
    form = PasteForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "referrals/submission/paste.html", {"form": form})
    now = timezone.now()
    try:
        answers = text_extraction.extract_fields(
            form.cleaned_data["pasted"], today=now.astimezone(LONDON).date()
        )
    except text_extraction.NotReadable as refusal:
        form.add_error("pasted", str(refusal))
        return render(request, "referrals/submission/paste.html", {"form": form})
    rows, boxes = confirmed(answers)
    read = [answer for answer in (answers["problems"], answers["medication"]) if answer]
    lines = [line for answer in read for line in answer.value]
    pointed = hints(lines)
    boxes += [("suggested", code) for code in dict.fromkeys(code for code, _, _ in pointed)]
    context = {"rows": rows, "boxes": boxes, "hints": [(line, words) for _, line, words in pointed]}
    return render(
        request,
        "referrals/submission/read.html",
        context | {"not_read": [row for row in rows if not row.taken]},
    )


@sensitive_post_parameters()
@require_POST
@for_members
def use(request: SignedInRequest) -> HttpResponse:
    """What was read and looked at becomes a draft; each page then asks the rest. The pasted text is not in it."""
    require_signed_off(now=timezone.now(), heading=NO_REFERRALS)
    typed = {
        box: values
        for box, values in request.POST.lists()
        if box == "suggested" or submission_forms.PAGES["patient"].asks(box)
    }
    key = uuid4()
    drafts.save(
        key=key,
        user=request.user,
        now=timezone.now(),
        keep_days=settings.DRAFT_DAYS,
        typed=typed or {"suggested": []},
    )
    return redirect("referrals:page", key, "patient")


def confirmed(
    answers: dict[str, text_extraction.Answer | None],
) -> tuple[list[ExtractedRow], list[tuple[str, str]]]:
    """The rows to show and the boxes to fill: only what is sure, and only what the form can keep."""
    rows, boxes = [], []
    for name, label in LABELS.items():
        answer, value, shown = _one(name, answers)
        taken = bool(value and answer and answer.sure)
        if taken:
            boxes += _boxes(name, value)
        rows.append(ExtractedRow(label, shown if value else "", answer.words if answer else "", taken))
    return rows, boxes


def _boxes(name: str, value: object) -> list[tuple[str, str]]:
    """The boxes of the form that hold this value: three for a date."""
    if isinstance(value, date):
        return [(f"{name}_{part}", str(getattr(value, part))) for part in ("day", "month", "year")]
    return [(name, str(value))]


def _one(name: str, answers: dict) -> tuple[text_extraction.Answer | None, object, str]:
    """(answer, what the form takes or None, how it is shown) for one question of the form."""
    if name == "practice":
        return _practice(answers["practice_code"], answers["practice_name"])
    answer = answers["phones" if name == "phone" else name]
    if answer is None:
        return None, None, ""
    if name == "phone":
        # One number is asked: the first that can be called, in the order in which they are read.
        best = next((number for number in answer.value if _rings(number)), None)
        others = ", ".join(contact_details.spoken_phone(number) for number in answer.value if number != best)
        shown = contact_details.spoken_phone(best) if best else ""
        return (
            answer,
            shown or None,
            f"{shown}. Also found, not used: {others}" if others and answer.sure else shown,
        )
    if name == "date_of_birth":
        born = date.fromisoformat(answer.value)
        return answer, born, day(born)
    if name == "nhs_number":
        return answer, nhs_number.spaced(answer.value), nhs_number.spaced(answer.value)
    return answer, answer.value, answer.value


def _rings(number: str) -> bool:
    try:
        return bool(contact_details.parse_phone(number))
    except contact_details.NotAPhoneNumber:
        return False


def _practice(
    code: text_extraction.Answer | None, name: text_extraction.Answer | None
) -> tuple[text_extraction.Answer | None, object, str]:
    """The practice by its code, else by its whole name where only one open practice has it."""
    answer = code if code and code.sure else name
    if answer is None:
        return code, None, ""
    offered = Organisation.objects.offered()
    rows = (
        offered.filter(ods_code=answer.value) if answer is code else offered.filter(name__iexact=answer.value)
    )
    found = list(rows[:2])
    if len(found) != 1:
        return answer, None, ""
    return answer, str(found[0]), str(found[0])


def hints(lines: list[str]) -> list[tuple[str, str, str]]:
    """(code of an item, pasted words, the item's words) for what they point at: to look at, never a tick."""
    words = {(asked.code, item.code): item.words for asked in safety.QUESTION_SETS for item in asked.items}
    return [
        (f"{where}:{item}", line, words[where, item])
        for where, item, line in pointed_at(lines)
        if (where, item) in words
    ]
