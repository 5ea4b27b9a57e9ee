"""Serve the pages of an officer's second factor, and the audit log."""

from __future__ import annotations

import django_otp
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.officers import scope, second_factor
from bluezone.authority.officers.audit_log import kinds, line_of, newest_first
from bluezone.authority.officers.forms import TokenForm
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.site import clock

PAGE_SIZE = 50


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check the code of the phone, or a recovery code."""
    officer = scope.officer(request.user)
    if second_factor.is_verified(officer):
        return redirect(_next(request))
    if not second_factor.has_phone(officer):
        return redirect("officers:enrol")
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = second_factor.verified_by(officer, form.cleaned_data["token"])
        if device is not None:
            django_otp.login(request, device)
            return redirect(_next(request))
        form.refuse()
    status = 400 if form.errors else 200
    return render(request, "officers/verify.html", {"form": form, "next": _next(request)}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up a phone: the QR code, then its first code. An officer who has one already must have shown its code."""
    officer = scope.officer(request.user)
    if second_factor.has_phone(officer) and not second_factor.is_verified(officer):
        return redirect("officers:verify")
    device = second_factor.pending_phone(officer)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.confirm(device, form.cleaned_data["token"]):
            django_otp.login(request, device)
            return _codes_page(request)
        form.refuse()
    context = {
        "form": form,
        "qr": mark_safe(second_factor.qr_svg(device)),  # noqa: S308 (our own drawing; the text in it is encoded)
        "secret": second_factor.secret_text(device),
    }
    return render(request, "officers/enrol.html", context, status=400 if form.errors else 200)


def _codes_page(request: HttpRequest) -> HttpResponse:
    context = {
        "codes": second_factor.new_recovery_codes(scope.officer(request.user)),
        "start": settings.LOGIN_REDIRECT_URL,
    }
    return render(request, "officers/codes.html", context)


@never_cache
@login_required
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes; the middleware lets nobody in here without a verified phone."""
    return _codes_page(request) if second_factor.is_verified(request.user) else redirect("officers:enrol")


@never_cache
@login_required
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """List the changes within the officer's own jurisdiction; `?kind=` of one kind only."""
    own = scope.required(request.user)
    rows = newest_first(LogEntry.objects.select_related("actor", "content_type"))
    if own.role is not Role.MINISTRY:
        rows = scope.visible(rows, request.user, "additional_data__place")
    kind = request.GET.get("kind", "")
    shown = kinds()
    if kind in shown:
        rows = rows.filter(content_type__model=kind)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    day = clock.today()
    context = {
        "nav": "changes",
        "page": page,
        "lines": [line_of(entry, day, own) for entry in page],
        "kinds": [(model, str(each.name)) for model, each in shown.items()],
        "kind": kind,
    }
    return render(request, "officers/changes.html", context)
