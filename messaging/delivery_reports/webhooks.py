"""Where providers tell what became of messages. Only a POST acts, twice does no harm, and strangers learn nothing."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from messaging.delivery_reports import services as delivery_reports
from messaging.models import Message

Delivery = Message.Delivery

REFERENCE = re.compile(r"<?([0-9a-f]{32})(?:@[^\s<>]{1,255})?>?")
MOST = 1000  # reports in one request
FRESH = timedelta(minutes=5)
NOTIFY = {
    "delivered": Delivery.DELIVERED,
    "permanent-failure": Delivery.BOUNCED,
    "temporary-failure": Delivery.UNDELIVERED,
    "technical-failure": Delivery.UNDELIVERED,
}


class Unreadable(Exception):
    """Not what was agreed."""


@csrf_exempt
@require_POST
def notify(request: HttpRequest) -> HttpResponse:
    """GOV.UK Notify's callback, which proves itself by a token."""
    if not settings.NOTIFY_CALLBACK_TOKEN:
        raise Http404
    if not _same(request.headers.get("Authorization", ""), f"Bearer {settings.NOTIFY_CALLBACK_TOKEN}"):
        return HttpResponse(status=403)
    try:
        told = _json(_body(request))
        if not isinstance(told, dict):
            raise Unreadable
    except Unreadable:
        return HttpResponse(status=400)
    delivery = NOTIFY.get(_text(told.get("status")))
    if delivery:
        _record([(told.get("reference"), delivery, told.get("to"))])
    return HttpResponse(status=200)


@csrf_exempt
@require_POST
def delivery(request: HttpRequest) -> HttpResponse:
    """A mail provider's reports, signed: HMAC-SHA256 of "<X-Timestamp>.<body>" in X-Signature, in hexadecimal."""
    if not settings.DELIVERY_WEBHOOK_KEY:
        raise Http404
    try:
        body = _body(request)
        if not _signed(request, body):
            return HttpResponse(status=403)
        told = _json(body)
        if not isinstance(told, list) or len(told) > MOST:
            raise Unreadable
    except Unreadable:
        return HttpResponse(status=400)
    _record(_reports(told))
    return HttpResponse(status=200)


def _reports(told: list) -> Iterator[tuple[object, str, object]]:
    for each in told:
        if isinstance(each, dict):
            permanent = each.get("permanent") is True
            became = {
                "delivered": Delivery.DELIVERED,
                "delayed": Delivery.UNDELIVERED,
                "bounced": Delivery.BOUNCED if permanent else Delivery.UNDELIVERED,
                "complained": Delivery.COMPLAINED,
            }.get(_text(each.get("event")))
            if became:
                yield each.get("message_id"), became, each.get("address")


def _record(told: Iterable[tuple[object, str, object]]) -> None:
    found = [
        delivery_reports.Report(known[1], became, _text(address).strip())
        for reference, became, address in told
        if (known := REFERENCE.fullmatch(_text(reference)))
    ]
    delivery_reports.record_all(reports=found, now=timezone.now())


def _signed(request: HttpRequest, body: bytes) -> bool:
    stamp = request.headers.get("X-Timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp):
        return False
    key = settings.DELIVERY_WEBHOOK_KEY.encode()
    right = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    fresh = abs(timezone.now().timestamp() - int(stamp)) <= FRESH.total_seconds()
    return _same(request.headers.get("X-Signature", ""), right) and fresh


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except (UnreadablePostError, RequestDataTooBig):
        raise Unreadable from None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable from None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
