"""Officers' pages about the words of messages: which there are, writing others, looking at them, taking them back."""

import difflib
import uuid
from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from core.dates import moment
from messaging.content import rendering, wordings
from messaging.content.preview import mail_page
from messaging.content.wordings import Variant, Words
from messaging.kinds import registry as kinds
from messaging.models import Wording
from messaging.wording_editor import services as wording_editor
from messaging.wording_editor.forms import TextWordingForm, WordingForm
from participants.languages import ANOTHER, ENGLISH, LANGUAGES
from participants.models import Readiness

NAMES = dict(LANGUAGES)
SHOWN = 20  # versions on the page of some words, the newest first


class WordingPages:
    """Mixed into the page of messages; `page`, `_may` and `message_user` come from there."""

    def words_urls(self) -> list:
        wrap = self.admin_site.admin_view
        some = "words/<str:kind>/<str:language>/<str:variant>/"
        return [
            path("words/", wrap(self.words_view), name="messaging_words"),
            path(some, wrap(self.words_of_view), name="messaging_words_of"),
            path(f"{some}mail/", wrap(require_POST(self.words_mail_view)), name="messaging_words_mail"),
            path("words/<int:pk>/take-back/", wrap(self.take_back_view), name="messaging_words_take_back"),
        ]

    def words_view(self, request: HttpRequest) -> HttpResponse:
        self._may(request)
        language = request.GET.get("language", ENGLISH)
        if language not in NAMES or language == ANOTHER:
            raise Http404
        registered = kinds.registered()
        written = {
            (row.kind, row.language, row.variant): row
            for row, _ in wordings.in_use([kind.name for kind in registered])
        }
        context = {
            "title": "Message templates",
            "language": language,
            "language_name": NAMES[language],
            "languages": _languages(written),
            "english": language == ENGLISH,
            "variants": Variant.choices,
            "rows": [
                (kind, [_cell(written, kind, language, variant) for variant in Variant.values])
                for kind in registered
                if kind.placeholders
            ],
            "fixed": [(kind, wording_editor.why_fixed(kind)) for kind in registered if not kind.placeholders],
        }
        return self.page(request, "message/words.html", context)

    def words_of_view(self, request: HttpRequest, kind: str, language: str, variant: str) -> HttpResponse:
        self._may(request)
        about = _about(kind, language, variant)
        if request.method != "POST":
            last = wording_editor.newest(about.name, language, variant)
            words, whence = _begin_with(about, language, variant)
            form = _form(variant)(
                initial={
                    "subject": words.subject,
                    "text": words.text,
                    "seen": last.version if last else 0,
                    "key": uuid.uuid4(),
                },
                way_out=_list(language),
            )
            return self._words(request, about, language, variant, form, whence=whence)
        form, now = _form(variant)(request.POST, way_out=_list(language)), timezone.now()
        if form.step == "change" or not form.fits(partial(wording_editor.faults, about, variant=variant)):
            return self._words(request, about, language, variant, form)
        words = form.words(language, variant)
        if form.step == "keep":
            try:
                row = wording_editor.save(
                    kind=about, words=words, seen=form.cleaned_data["seen"], by=user_of(request), now=now
                )
            except wording_editor.Overtaken as overtaken:
                form = form.again(overtaken.newest.version if overtaken.newest else 0)
                form.add_error(None, _overtaken(overtaken.newest))
                return self._words(request, about, language, variant, form)
            told = f"Saved as version {row.version}. We will use it from now on."
            self.message_user(request, told)
            return redirect(request.path)
        if form.step == "test":
            new = wording_editor.send_test(
                kind=about, words=words, key=form.cleaned_data["key"], by=user_of(request), now=now
            )
            self.message_user(
                request, "We have sent you a test." if new else "We have already sent you this test."
            )
        context = {
            "title": f"Check: {about.title}",
            "kind": about,
            "language": language,
            "variant": variant,
            "previews": list(wording_editor.previews(about, words)),
            "paid_for_as": wording_editor.paid_for_as(about, words) if variant == Variant.TEXT else 0,
            "kept": form.kept(),
        }
        return self.page(request, "message/words_look.html", context)

    def words_mail_view(self, request: HttpRequest, kind: str, language: str, variant: str) -> HttpResponse:
        """What was typed, as a mail reader shows it to the first of the made-up people."""
        self._may(request)
        about = _about(kind, language, variant)
        if variant == Variant.TEXT:
            raise Http404
        form = WordingForm(request.POST, way_out=_list(language))
        if not form.fits(partial(wording_editor.faults, about)):
            raise Http404
        sample, words = wording_editor.samples(about)[0], form.words(language, variant)
        return mail_page(rendering.render(about, sample, words=words, large=variant == Variant.LARGE).html)

    def take_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._may(request)
        row = get_object_or_404(Wording, pk=pk)
        about = _about(row.kind, row.language, row.variant)
        back = reverse("admin:messaging_words_of", args=[row.kind, row.language, row.variant])
        if request.method == "POST":
            if wording_editor.take_back(wording_id=row.pk, by=user_of(request), now=timezone.now()):
                self.message_user(request, f"Version {row.version} withdrawn.")
            else:
                self.message_user(request, "A colleague has already withdrawn it.", messages.WARNING)
            return redirect(back)
        context = {"title": f"Withdraw version {row.version} of “{about.title}”?", "row": row, "back": back}
        return self.page(request, "message/words_take_back.html", context)

    def _words(
        self,
        request: HttpRequest,
        kind: kinds.MessageKind,
        language: str,
        variant: str,
        form: WordingForm,
        *,
        whence: str = "",
    ) -> HttpResponse:
        context = {
            "title": f"{kind.title}: {NAMES[language]}, {Variant(variant).label.lower()}",
            "kind": kind,
            "language": language,
            "variant": variant,
            "form": form,
            "errors": form.errors,
            "whence": whence,
            "placeholders": rendering.placeholders_of(kind, texted=variant == Variant.TEXT),
            "foreign": language != ENGLISH,
            "history": _history(kind, language, variant),
        }
        return self.page(request, "message/words_of.html", context)


def _about(kind: str, language: str, variant: str) -> kinds.MessageKind:
    found = kinds.find(kind)
    if not found or not found.placeholders or language not in NAMES or language == ANOTHER:
        raise Http404
    if variant not in Variant.values or wording_editor.why_fixed_in(found, variant):
        raise Http404
    return found


def _form(variant: str) -> type[WordingForm]:
    return TextWordingForm if variant == Variant.TEXT else WordingForm


def _list(language: str) -> str:
    return f"{reverse('admin:messaging_words')}?language={language}"


def _begin_with(kind: kinds.MessageKind, language: str, variant: str) -> tuple[Words, str]:
    """What stands in the boxes at first, and where it comes from: what such a person would be sent now."""
    written = wordings.Book.of([kind.name], []).written
    standard = variant if variant == Variant.TEXT else Variant.STANDARD
    for spoken, form in ((language, variant), (language, standard), (ENGLISH, variant)):
        if words := written.get((kind.name, spoken, form)):
            return words, _named(words)
    words = written.get((kind.name, ENGLISH, standard)) or wording_editor.filed(kind, variant)
    return words, _named(words)


def _named(words: Words) -> str:
    if not words.version:
        return "the original words"
    return f"version {words.version} in {NAMES[words.language]}, {Variant(words.variant).label.lower()}"


def _cell(written: dict, kind: kinds.MessageKind, language: str, variant: str) -> dict | None:
    """What holds for one kind, language and form: a version, or what stands in for it; None where it has no such form."""
    if wording_editor.why_fixed_in(kind, variant):
        return None
    row = written.get((kind.name, language, variant))
    if row is not None:
        return {"variant": variant, "told": f"Version {row.version}"}
    if variant not in (Variant.STANDARD, Variant.TEXT):
        return {"variant": variant, "told": "As standard"}
    if language == ENGLISH:
        return {"variant": variant, "told": "Original"}
    return {"variant": variant, "told": "Uses English", "missing": True}


def _languages(written: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, int]]:
    """The languages that somebody speaks or something is written in: code, name, how many people."""
    speakers = dict(
        Readiness.objects.exclude(language__in=["", ANOTHER])
        .filter(participant__merged_into__isnull=True, participant__died_at__isnull=True)
        .order_by()
        .values_list("language")
        .annotate(count=Count("pk"))
    )
    wanted = {ENGLISH, *speakers, *(language for _, language, _ in written)}
    return [(code, name, speakers.get(code, 0)) for code, name in LANGUAGES if code in wanted]


def _history(kind: kinds.MessageKind, language: str, variant: str) -> list[dict]:
    """The versions, the newest first, each with what differs from the one before it."""
    rows = list(
        Wording.objects.filter(kind=kind.name, language=language, variant=variant)
        .select_related("written_by", "withdrawn_by")
        .order_by("-version")[: SHOWN + 1]
    )
    before = [*(wordings.words_of(row) for row in rows[1:]), wording_editor.filed(kind, variant)]
    return [
        {"row": row, "changes": _changes(old, wordings.words_of(row))}
        for row, old in zip(rows[:SHOWN], before, strict=False)
    ]


def _changes(old: Words, new: Words) -> list[tuple[str, str]]:
    """Lines that went and lines that came; "" where a line stayed is left out."""
    lines = difflib.ndiff(
        [*filter(None, [old.subject]), *old.text.splitlines()],
        [*filter(None, [new.subject]), *new.text.splitlines()],
    )
    return [(line[0], line[2:]) for line in lines if line[0] in "+-"]


def _overtaken(newest: Wording | None) -> str:
    if newest is None:
        return "Start again. The version you started from no longer exists"
    return (
        f"{newest.written_by} saved version {newest.version} on {moment(newest.written_at)}, after you started. "
        "Your words are still here. Check theirs below, then choose “Preview” again to save yours as the next version"
    )
