"""/dev/mail/: every message of a demonstration, as its receiver sees it."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import demo as accounts_demo
from core.dates import moment
from messaging.content.preview import mail_page
from messaging.dev_mailbox import mail as demo
from messaging.kinds import registry as kinds
from messaging.message_labels import receiver, title_of
from messaging.models import Message
from messaging.outbox import demo_codes

PER_PAGE = 25
COLOURS = {"sent": "green", "failed": "red", "uncertain": "amber", "pending": "teal", "sending": "teal"}


def only_in_a_demonstration(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Not there at all anywhere else, even if somebody includes these addresses."""

    @wraps(view)
    @never_cache
    @require_safe
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEMO or settings.PRODUCTION:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_a_demonstration
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, and the second codes of the demonstration's staff."""
    found = Message.objects.select_related("participant", "organisation", "user", "interest").order_by("-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    codes = demo_codes.codes(list(page.object_list))
    rows = [
        {
            "url": reverse("dev_mail:mail", args=[message.pk]),
            "what": message.rendered_subject or title_of(message),
            "to": receiver(message),
            "at": moment(message.sent_at or message.queued_at),
            "state": message.get_state_display(),
            "colour": COLOURS.get(message.state, ""),
            "code": codes.get(message.pk, ""),
        }
        for message in page.object_list
    ]
    second = [] if page.number > 1 else accounts_demo.second_codes()
    return render(
        request,
        "messaging/dev_mailbox/dev_mail_list.html",
        {"rows": rows, "page": page, "second_codes": second},
    )


@only_in_a_demonstration
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message whole, with links that work; `?part=calendar` shows its calendar files."""
    message = _message(pk)
    found = demo.mail(message, timezone.now())
    calendars = [each.text for each in found.calendars]
    context = {
        "message": message,
        "subject": found.subject or title_of(message),
        "text": found.text,
        "has_page": bool(found.html),
        "calendars": calendars,
        "shows_calendar": bool(calendars) and request.GET.get("part") == "calendar",
        "to": receiver(message),
        "address": address(message),
        "at": moment(message.sent_at or message.queued_at),
        "colour": COLOURS.get(message.state, ""),
        "back_url": reverse("dev_mail:list"),
        "back_label": "All messages",
    }
    return render(request, "messaging/dev_mailbox/dev_mail.html", context)


@only_in_a_demonstration
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as a mail reader shows it."""
    found = demo.mail(_message(pk), timezone.now())
    if not found.html:
        raise Http404
    return mail_page(found.html)


def _message(pk: int) -> Message:
    return get_object_or_404(
        Message.objects.select_related("participant", "organisation", "user", "interest"), pk=pk
    )


def address(message: Message) -> str:
    """Where it went, or would have gone."""
    if message.participant:
        if message.channel == Message.Channel.LETTER:
            return "by post"
        by_phone = message.channel == Message.Channel.PHONE
        return message.participant.phone if by_phone else message.participant.email
    if message.organisation:
        return kinds.address_at_organisation(message)
    if message.interest:
        return message.interest.email
    return message.user.email if message.user else ""
