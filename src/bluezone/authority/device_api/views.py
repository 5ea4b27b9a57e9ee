"""Answer whether this worker and its database are alive."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


@csrf_exempt
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Report, in the words of the reference servers, that this worker answers; with `?service=database` that its
    database does, too."""
    if request.GET.get("service") == "database":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "maintenance_mode": False}, headers={"Cache-Control": "no-store"})
