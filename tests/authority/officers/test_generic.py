"""The generic views of officers' pages: who may open one, whose rows it shows, how it filters, sorts and stores."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext_noop

from bluezone import authority
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import (
    DetailPage,
    Filters,
    FormPage,
    ListPage,
    OfficerPage,
    OfJurisdiction,
    Sort,
    Step,
)
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import Office, OfficeLetterhead, User
from bluezone.authority.site.records import RecordModelForm
from bluezone.errors import TranslatableError

#: request functions of officers' pages that are none of the generic views yet, by package: a number only sinks. Login,
#: setting the first password (officers) and logout (Django's own) stay: they are for who is no officer yet, or no more
NOT_MOVED = {
    "checkpoints": 5,  # a page that browsers keep for when there is no network: no `OfficerPage` is kept by any
    "django": 1,
    "officers": 2,
}


def views(resolver: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from views(each, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield before + str(each.pattern), each.callback


def test_every_page_of_officers_is_one_of_the_generic_views_and_says_who_may_open_it() -> None:
    found: collections.Counter[str] = collections.Counter()
    for route, callback in views():
        if not route.startswith("officer/") or route.startswith("officer/api/"):
            continue
        page = getattr(callback, "view_class", None)
        if page is None or not issubclass(page, OfficerPage):
            found[callback.__module__.removeprefix("bluezone.authority.").split(".")[0]] += 1
            continue
        assert page.access is not None, route
        overriding = [each for each in page.__mro__ if "dispatch" in vars(each) and issubclass(each, OfficerPage)]
        assert overriding == [OfficerPage], f"{route}: login and access are decided in one place"
        if issubclass(page, OfJurisdiction):
            own = [each for each in page.__mro__ if "get_queryset" in vars(each)]
            assert own == [OfJurisdiction], f"{route}: the jurisdiction is applied in one place"
    assert dict(found) == NOT_MOVED


class Offices(ListPage):
    """The offices of a place, by name."""

    model = Office
    place_field = "territory"
    ordering = ("name",)
    sorts = (Sort("number", "Number", ("pk",)),)
    paginate_by = 2

    class filters(Filters):  # noqa: N801 - as the attribute is called
        q = forms.CharField(required=False)
        state = forms.ChoiceField(choices=[("open", "open"), ("all", "all")], required=False, initial="open")

        def by_q(self, rows: Any, text: str) -> Any:
            return rows.filter(name__icontains=text)

        def clean_q(self) -> str:
            if self.cleaned_data["q"] == "?":
                raise forms.ValidationError("no name has one")
            return str(self.cleaned_data["q"])


class OneOffice(DetailPage):
    """One office."""

    model = Office
    place_field = "territory"
    named = "number"


class RefusedError(TranslatableError):
    """No."""


class Rename(Step, OneOffice):
    """Rename an office."""

    right = Jurisdiction.may_direct

    class form_class(forms.Form):  # noqa: N801
        name = forms.CharField(max_length=20)

    def act(self) -> None:
        Office.objects.filter(pk=self.object.pk).update(name=self.form.cleaned_data["name"])
        if self.form.cleaned_data["name"] == "taken":
            raise RefusedError(gettext_noop("there is an office “{name}” here already"), name="taken")

    def way_back(self) -> str:
        return "/there"


class LetterheadOf(FormPage):
    """The letterhead of the officer's place."""

    access = scope.required

    class form_class(RecordModelForm):  # noqa: N801
        class Meta:
            model = OfficeLetterhead
            fields = ("body", "hotline")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": OfficeLetterhead.objects.get(place=self.own.place)}

    def act(self) -> None:
        self.form.save()

    def way_back(self) -> str:
        return "/there"


@pytest.fixture
def asked(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask a page as an officer: `asked(Offices, "province", "?q=a")`; gives the response, with the context drawn."""
    users = {
        "province": User.objects.create_user("p", role="province", place="/63:93/"),
        "district": User.objects.create_user("d", role="district", place="/63:93/63:930/"),
        "neighbour": User.objects.create_user("n", role="province", place="/63:92/"),
        "head": User.objects.create_user("h", role="unit-head", place="/63:93/63:930/63:31318/7K3M-Q2XD/"),
        "nobody": AnonymousUser(),
        "without a role": User.objects.create_user("w"),
    }

    def ask(page: type[OfficerPage], who: str, query: str = "", sent: dict[str, str] | None = None, **keys: Any) -> Any:
        made = RequestFactory()
        request = made.post(f"/x{query}", sent) if sent is not None else made.get(f"/x{query}")
        request.user = users[who]
        notices: list[str] = []
        request._messages = SimpleNamespace(add=lambda _level, text, _tags: notices.append(text))  # type: ignore[attr-defined]
        drawn: dict[str, Any] = {}

        def draw(self: Any, context: dict[str, Any], **options: Any) -> HttpResponse:
            drawn.update(context)
            return HttpResponse(status=options.get("status", 200))

        monkeypatch.setattr(OfficerPage, "render_to_response", draw)
        response: Any = page.as_view()(request, **keys)
        response.context, response.notices = drawn, notices
        return response

    return ask


@pytest.fixture
def offices(db: None) -> dict[str, Office]:
    rows = (("Y tế", "/63:93/"), ("Công thương", "/63:93/"), ("Giáo dục", "/63:93/63:930/"), ("Xa", "/63:92/"))
    return {name: Office.objects.create(name=name, territory=place) for name, place in rows}


def test_a_page_that_does_not_say_who_may_open_it_is_never_made() -> None:
    class Forgotten(OfficerPage):
        pass

    with pytest.raises(ImproperlyConfigured, match="Forgotten"):
        Forgotten.as_view()


def test_a_page_asks_for_a_login_and_is_kept_by_nobody(asked: Any, offices: dict[str, Office]) -> None:
    assert asked(Offices, "nobody")["Location"].startswith("/officer/login?next=/x")
    assert "no-store" in asked(Offices, "province")["Cache-Control"]
    with pytest.raises(PermissionDenied):
        asked(Offices, "without a role")


@pytest.mark.parametrize(
    ("who", "query", "names"),
    [
        ("province", "", ["Công thương", "Giáo dục"]),
        ("province", "?page=2", ["Y tế"]),
        ("province", "?page=99", ["Y tế"]),  # the last one
        ("province", "?page=x", ["Công thương", "Giáo dục"]),
        ("district", "", ["Giáo dục"]),
        ("neighbour", "", ["Xa"]),
        ("province", "?q=th", ["Công thương"]),
        ("province", "?q=Xa", []),  # another's is not found by asking
        ("province", "?q=?", []),  # what cannot be asked finds nothing, and says why
        ("province", "?sort=number", ["Y tế", "Công thương"]),
        ("province", "?sort=-number", ["Giáo dục", "Công thương"]),
        ("province", "?sort=place", ["Công thương", "Giáo dục"]),  # a column that does not sort
        ("province", "?state=cows", ["Công thương", "Giáo dục"]),  # a choice that is none
    ],
)
def test_a_list_shows_the_officers_rows_as_its_address_asks(
    asked: Any, offices: dict[str, Office], who: str, query: str, names: list[str]
) -> None:
    context = asked(Offices, who, query).context
    assert [each.name for each in context["rows"]] == names
    assert context["any"]
    assert bool(context["filters"].errors) == (query == "?q=?")


def test_an_empty_list_is_told_from_one_of_which_nothing_fits(asked: Any) -> None:
    assert asked(Offices, "province").context["any"] is False
    assert asked(Offices, "province", "?q=a").context["any"] is False


@pytest.mark.parametrize(
    ("asked_for", "following", "aria"),
    [("", "number", None), ("number", "-number", "ascending"), ("-number", "number", "descending")],
)
def test_the_head_of_a_column_sorts_upwards_then_downwards(asked_for: str, following: str, aria: str | None) -> None:
    request = RequestFactory().get("/x", {"q": "a", "page": "2", "sort": asked_for})
    view = Offices()
    view.setup(request)
    head = (
        engines["django"].from_string('{% load pages %}{% sortable "number" "num" %}').render({"view": view}, request)
    )
    assert f"sort={following}" in head
    assert "q=a" in head
    assert "page" not in head
    assert (f'aria-sort="{aria}"' in head) == (aria is not None)


def test_the_table_of_each_list_has_a_name() -> None:
    """Of the page's heading, or of the region in which it scrolls: a screen reader lists tables by name."""
    lists = [text for text in _templates() if '{% extends "pages/list.html" %}' in text and "<table" in text]
    assert len(lists) > 10
    nameless = [text[:200] for text in lists if 'aria-labelledby="list-title"' not in text and "region" not in text]
    assert nameless == []
    assert '<h1 id="list-title">' in engines["django"].get_template("pages/list.html").template.source


def _templates() -> list[str]:
    return [path.read_text("utf-8") for path in Path(authority.__file__).parent.rglob("templates/**/*.html")]


def test_anothers_row_is_not_found_and_a_step_needs_its_right(asked: Any, offices: dict[str, Office]) -> None:
    there = offices["Giáo dục"]
    assert asked(OneOffice, "district", number=there.pk).context["object"] == there
    with pytest.raises(Http404):
        asked(OneOffice, "neighbour", number=there.pk)
    with pytest.raises(Http404):
        asked(Rename, "neighbour", sent={"name": "X"}, number=there.pk)
    with pytest.raises(Http404):
        asked(OneOffice, "district", number=offices["Y tế"].pk)
    there.refresh_from_db()
    assert there.name == "Giáo dục"


def test_a_step_stores_says_so_and_goes_back_or_says_what_is_wrong_on_the_page(
    asked: Any, offices: dict[str, Office]
) -> None:
    there = offices["Giáo dục"]
    stored = asked(Rename, "district", sent={"name": "Giáo dục và Đào tạo"}, number=there.pk)
    assert (stored.status_code, stored["Location"], len(stored.notices)) == (302, "/there", 1)
    wrong = asked(Rename, "district", sent={"name": "x" * 21}, number=there.pk)
    assert (wrong.status_code, list(wrong.context["form"].errors), wrong.notices) == (400, ["name"], [])
    refused = asked(Rename, "district", sent={"name": "taken"}, number=there.pk)
    assert refused.status_code == 400
    assert "taken" in refused.context["problem"]
    assert refused.context["object"].name == "Giáo dục và Đào tạo", "nothing of what was refused stays"
    assert asked(Rename, "district", number=there.pk).status_code == 405


def test_of_two_who_store_a_row_the_second_is_told(asked: Any) -> None:
    row = OfficeLetterhead.objects.create(place="/63:93/", body="UBND", hotline="1900 9095")
    read = asked(LetterheadOf, "province").context["form"].carried
    first = asked(LetterheadOf, "province", sent={"body": "UBND tỉnh", "hotline": "1900 9095", "read": read})
    assert first.status_code == 302
    second = asked(LetterheadOf, "province", sent={"body": "UBND", "hotline": "1900 3228", "read": read})
    assert second.status_code == 400
    assert "UBND tỉnh" in str(second.context["form"].non_field_errors())
    row.refresh_from_db()
    assert (row.body, row.hotline) == ("UBND tỉnh", "1900 9095")
    assert second.context["form"].carried != read, "who has been told stores again"
