"""Is the service alive, and is it ready? (reliability.md 8)"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from messaging import bell


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; no input or output."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and every migration ran; Redis away is "degraded", still 200."""
    try:
        executor = MigrationExecutor(connection)
        unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "database does not answer"}, status=503)
    if unapplied:
        return JsonResponse({"status": "migrations are missing"}, status=503)
    return JsonResponse({"status": "ok" if bell.is_heard() else "degraded"})
