"""Settle the tasks that time makes at an officer's place after each thing that the officer has done."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from bluezone.authority.officers import scope
from bluezone.authority.site import clock
from bluezone.authority.work import services


def settle_own_post(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """After a POST that was taken, what it has done goes from the list at once, before the next run of the job."""

    def settle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "POST" and response.status_code < 400 and hasattr(request, "user"):
            own = scope.jurisdiction(request.user)
            if own is not None:
                services.settle_posts(clock.now(), own.place)
        return response

    return settle
