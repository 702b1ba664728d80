"""Paste a summary or a letter: what was read is shown with its source, then put into a draft to be checked."""

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
from core.dates import LONDON
from referrals import safety, text_extraction
from referrals.access import for_members
from referrals.submission import drafts
from referrals.submission import forms as submission_forms
from referrals.submission.paste_answers import BOXES_OF_OTHER_PAGES, confirmed
from referrals.submission.paste_form import PasteForm
from referrals.text_extraction.safety_hints import pointed_at


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
    own = list(Organisation.objects.for_user(request.user).offered().order_by("name"))
    refers_for = list(Organisation.objects.for_user(request.user)[:2])
    rows, boxes = confirmed(answers, own=own, only=refers_for[0] if len(refers_for) == 1 else None)
    read = [answer for answer in (answers["problems"], answers["medication"]) if answer]
    lines = [line for answer in read for line in answer.value]
    pointed = hints(lines + text_extraction.sentences_about_the_patient(form.cleaned_data["pasted"]))
    boxes += [("suggested", code) for code in dict.fromkeys(code for code, _, _ in pointed)]
    context = {"rows": rows, "boxes": boxes, "hints": [(line, words) for _, line, words in pointed]}
    return render(
        request,
        "referrals/submission/read.html",
        context
        | {
            "not_read": [row for row in rows if not row.taken],
            "offered": any(row.offered for row in rows),
        },
    )


@sensitive_post_parameters()
@require_POST
@for_members
def use(request: SignedInRequest) -> HttpResponse:
    """What was read and looked at becomes a draft; each page then asks the rest. The pasted text is not in it."""
    require_signed_off(now=timezone.now(), heading=NO_REFERRALS)
    accepted = {f"{name}." for name in request.POST.getlist("accept")}
    typed = {}
    for name, values in request.POST.lists():
        box = next((name.removeprefix(row) for row in accepted if name.startswith(row)), name)
        if box in BOXES_OF_OTHER_PAGES or submission_forms.PAGES["patient"].asks(box):
            typed[box] = values
    key = uuid4()
    drafts.save(
        key=key,
        user=request.user,
        now=timezone.now(),
        keep_days=settings.DRAFT_DAYS,
        typed=typed or {"suggested": []},
    )
    return redirect("referrals:page", key, "patient")


def hints(lines: list[str]) -> list[tuple[str, str, str]]:
    """(code of an item, pasted words, the item's words) for what they point at: to look at, never a tick."""
    words = {(asked.code, item.code): item.words for asked in safety.QUESTION_SETS for item in asked.items}
    return [
        (f"{where}:{item}", line, words[where, item])
        for where, item, line in pointed_at(lines)
        if (where, item) in words
    ]
