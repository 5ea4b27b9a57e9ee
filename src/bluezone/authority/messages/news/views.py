"""Serve the officers' pages for news, and the documents that phones fetch."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.messages import areas
from bluezone.authority.messages.news import rules, services
from bluezone.authority.messages.news.forms import NewsForm
from bluezone.authority.messages.news.models import NewsDocument, NewsItem
from bluezone.authority.messages.places import place_name
from bluezone.authority.messages.serving import document_view
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.site import clock

PAGE_SIZE = 30


@never_cache
@login_required
@require_GET
def news_list(request: HttpRequest) -> HttpResponse:
    """List the news for the people of the officer's jurisdiction, newest first."""
    own, now = scope.directing(request.user), clock.now()
    visible = scope.visible(NewsItem.objects.select_related("written_by"), request.user).order_by(
        "-published_at", "-id"
    )
    page = Paginator(visible, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = services.ids_in_documents(areas.area_of(item.place) for item in page)
    rows = [_listed(item, item.id in shown, own, now) for item in page]
    context = {"page": page, "rows": rows, "may_write": True, "write_at": reverse("news:new"), "nav": "news"}
    return render(request, "news/list.html", context | {"row_template": "news/row.html"})


def _listed(item: NewsItem, in_document: bool, own: Jurisdiction, now: dt.datetime) -> dict[str, object]:
    state = rules.state(services.facts(item), in_document, now)
    may_withdraw = own.may_direct(item.place) and state in (rules.State.SHOWN, rules.State.CROWDED)
    return {
        "item": item,
        "heading": item.title_vi,
        "state": state,
        "place_name": place_name(item.place),
        "may_withdraw": may_withdraw,
        "withdraw_at": reverse("news:withdraw", args=[item.id]),
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for news, and publish what it brings."""
    own, now = scope.directing(request.user), clock.now()
    form = NewsForm(own, clock.date_of(now), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        place = values.pop("unit")
        services.write(scope.officer(request.user), place, values.pop("form_id"), values.pop("days"), now, **values)
        return redirect("news:list")
    return render(request, "news/new.html", {"form": form, "nav": "news"}, status=400 if form.errors else 200)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, item_id: int) -> HttpResponse:
    """Withdraw an item."""
    scope.directing(request.user)
    item = get_object_or_404(scope.editable(NewsItem.objects.all(), request.user), id=item_id)
    services.withdraw(item, clock.now())
    return redirect("news:list")


#: what phones fetch
document = document_view(NewsDocument.objects, "no news have been published")
