"""Is the service alive, is it ready, and do its messages get away?"""

import hmac
import time
from typing import cast

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.clinical_sign_off import services as clinical_sign_off
from accounts.throttle_cache import SharedCache
from core.clock import database_now
from itsyourmove.monitoring import alarms
from messaging.monitoring import status
from messaging.outbox import wakeup
from participants import safety_log

PROBED_SECONDS = 3.0
_probed: tuple[float, bool] = (float("-inf"), True)  # until when, by time.monotonic(), and what


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; no input or output."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, saves, and every migration ran; Redis away is "degraded", still 200.

    Still 200 while no referrals are taken: it says so, and officers must reach the page that changes it.
    """
    try:
        executor = MigrationExecutor(connection)
        unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "database does not answer"}, status=503)
    if unapplied:
        return JsonResponse({"status": "migrations are missing"}, status=503)
    if not _can_save():
        return JsonResponse({"status": "nothing can be saved"}, status=503)
    told = {"status": "ok" if wakeup.is_heard() else "degraded"}
    if clinical_sign_off.refuses(timezone.now()):
        told["referrals"] = "refused: health texts are not signed off"
    return JsonResponse(told)


@never_cache
@require_safe
def statusz(request: HttpRequest) -> HttpResponse:
    """How messages get away, for a monitor that knows the token; for anybody else there is no such page."""
    if not _knows_the_token(request.headers.get("Authorization", "")):
        raise Http404
    try:
        now = database_now()
        told = status.of_the_outbox(now) | {
            "disk_free_megabytes": min(
                (left for left in alarms.free_megabytes().values() if left is not None), default=None
            ),
            "oldest_not_in_safety_log_seconds": safety_log.oldest_missing_seconds(now),
        }
        return JsonResponse(told)
    except DatabaseError:
        return JsonResponse({"status": "database does not answer"}, status=503)


def _can_save() -> bool:
    """Looked for once in some seconds in each process: anybody may ask, and each look writes a row."""
    global _probed
    if time.monotonic() >= _probed[0]:
        try:
            cast(SharedCache, caches["default"]).probe()
            can = True
        except DatabaseError:
            can = False
        _probed = (time.monotonic() + PROBED_SECONDS, can)
    return _probed[1]


def _knows_the_token(header: str) -> bool:
    expected = f"Bearer {settings.STATUS_TOKEN}"
    return bool(settings.STATUS_TOKEN) and hmac.compare_digest(header.encode(), expected.encode())
