"""Serve officers' pages: generic views on Django's own, with login, access and jurisdiction in one place.

Every page is a class: `ListPage` (search, filters, sorting, pages), `DetailPage`, `FormPage` (a form with a page of its
own), `Step` (what a page's button or form does), `FilePage` (a PDF, a picture), `OfficerPage` for what is none of them.
`officers.upload_pages` serves files that are brought. `units/views.py` has one of each.

Two attributes say what is open to whom. `access` raises PermissionDenied for who may not open the page at all; a page
without one is refused when its address is made. Of a page with a `model`, `reach` filters its rows by the officer's
jurisdiction: lists, objects and steps all read `get_queryset`, so a page cannot forget it; `right` is what the officer
must be allowed to do with the one object (`Jurisdiction.may_manage`).

    class UnitList(ListPage):
        model, nav, template_name = Organisation, "units", "units/list.html"
        filters = UnitFilters                          # a form; its method `by_within(rows, value)` filters by a field
        sorts = (Sort("name", _("Name"), ("name",)),)  # `?sort=-name`; {% sortable "name" %} draws the column's head

    class UnitPage(DetailPage):
        model, by, template_name = Organisation, "code", "units/unit.html"

    class CloseUnit(Step, UnitPage):                   # where it fails, the unit's page says why
        right, done = Jurisdiction.may_manage, _("Closed.")

        def act(self) -> None:
            services.close(self.object, clock.today())

        def way_back(self) -> str:
            return reverse("units:unit", args=[self.object.code])
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Model, OrderBy, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.locks import take_turns
from bluezone.authority.site.records import RecordMixin
from bluezone.errors import TranslatableError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Access = Callable[[User | AnonymousUser], object]
Reach = Callable[[QuerySet[Any], User | AnonymousUser, str], QuerySet[Any]]
Right = Callable[[Jurisdiction, str, Collection[str]], bool]
#: address and name of a page above
Trail = tuple[str, "StrOrPromise"]


@method_decorator([never_cache, login_required], name="dispatch")
class OfficerPage(TemplateResponseMixin, ContextMixin, View):
    """Serve one page to officers who may open it; no browser or proxy keeps it."""

    http_method_names: Sequence[str] = ["get", "head"]
    #: raises PermissionDenied for who may not open the page
    access: ClassVar[Access | None] = None
    #: the menu's item that is marked
    nav: str = ""
    #: the turn in which a POST reads, compares and stores: one request of it at a time
    turn: str = ""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Make the view. Raises ImproperlyConfigured for a page that does not say who may open it."""
        if cls.access is None:
            raise ImproperlyConfigured(f"{cls.__qualname__} does not say who may open it: give it `access`")
        return super().as_view(**initkwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who may not open the page, load what it shows, and answer; a POST takes its turn."""
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        if (access := type(self).access) is not None:
            access(request.user)
        with self._in_turn():
            self.prepare()
            return super().dispatch(request, *args, **kwargs)

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self.turn or self.request.method != "POST":
            yield
            return
        with transaction.atomic():
            take_turns(self.turn)
            yield

    def prepare(self) -> None:
        """Load what both a GET and a POST need. Raises Http404 or PermissionDenied."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Show the page."""
        return self.show()

    @cached_property
    def officer(self) -> User:
        return scope.officer(self.request.user)

    @cached_property
    def own(self) -> Jurisdiction:
        """Return the officer's jurisdiction. Raises PermissionDenied for who has none."""
        return scope.required(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the template gets; a subclass adds to it."""
        return super().get_context_data(**{"nav": self.nav, "problem": ""} | kwargs)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """Return the page; `problem` in the context says what could not be done, and why."""
        return self.render_to_response(self.get_context_data(**context), status=status)


class OfJurisdiction(OfficerPage):
    """Serve rows of a model, or one of them, within the officer's jurisdiction."""

    access: ClassVar[Access | None] = scope.required
    model: ClassVar[type[Model]]
    #: filters rows by the jurisdiction: `scope.visible`, `scope.editable`
    reach: ClassVar[Reach] = scope.visible
    #: the field with a row's place
    place_field: str = "place"

    def rows(self) -> QuerySet[Any]:
        """Return the rows before the jurisdiction is applied: which, and what is read with them."""
        return self.model._default_manager.all()

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that are the officer's."""
        return type(self).reach(self.rows(), self.request.user, self.place_field)


class Filters(forms.Form):
    """Filter a list by what its address asks. A method `by_NAME(rows, value)` filters by a field that is filled in."""

    template_name = "pages/filters.html"

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.prepare()
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and not field.valid_value(self.data.get(name, "")):
                self.drop(name)  # a choice that there is no more asks for nothing

    def drop(self, name: str) -> None:
        """Forget what is asked of a field."""
        self.data = {key: value for key, value in self.data.items() if key != name}

    def prepare(self) -> None:
        """Fill in choices that depend on the reader."""

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that fit; none where something cannot be asked so, and the form says why."""
        if not self.is_valid():
            return rows.none()
        for name, value in self.cleaned_data.items():
            by = getattr(self, f"by_{name}", None)
            if by is not None and value not in (None, ""):
                rows = by(rows, value)
        return rows

    @property
    def is_asked(self) -> bool:
        """Return whether the address asks for less than the whole list."""
        fields = ((name, field) for name, field in self.fields.items() if name != "sort")
        return any(self.data.get(name, "") not in ("", field.initial) for name, field in fields)


_IN_REVERSE = _("in reverse")


@dataclass(frozen=True, slots=True)
class Sort:
    """Describe a column by which a list can be sorted: its name in the address (`?sort=name`, downwards `?sort=-name`),
    its head, the fields (none with a "-"), and how downwards is said of it."""

    name: str
    label: StrOrPromise
    fields: tuple[str, ...]
    down: StrOrPromise = _IN_REVERSE


def offer_sorts(form: Filters, sorts: Sequence[Sort]) -> None:
    """Add the choice of how a list is sorted to its filters, and forget one that there is not."""
    choices: list[tuple[str, Any]] = [("", _("as usual"))]
    for each in sorts:
        choices += [(each.name, each.label), (f"-{each.name}", f"{each.label}, {each.down}")]
    form.fields["sort"] = forms.ChoiceField(label=_("Sorted by"), choices=choices, required=False)
    if form.data.get("sort") not in dict(choices):
        form.drop("sort")


class ListPage(OfJurisdiction):
    """List rows, filtered, sorted and paged by the address, so that what is seen can be linked."""

    template_name = "pages/list.html"
    paginate_by: int = 50
    paginator_class: type[Paginator[Any]] = Paginator
    filters: type[Filters] = Filters
    #: the columns by which it can be sorted
    sorts: Sequence[Sort] = ()
    #: as the list is sorted where nothing is asked
    ordering: Sequence[str] = ("pk",)

    @cached_property
    def asked(self) -> Filters:
        """Return the filters as they are asked for."""
        form = self.filters(self.request.GET, **self.get_filters_kwargs())
        if self.sorts:
            offer_sorts(form, self.sorts)
        return form

    def get_filters_kwargs(self) -> dict[str, Any]:
        """Return what the form of filters needs to know."""
        return {}

    def narrowed(self) -> QuerySet[Any]:
        """Return the officer's rows that fit the filters, in the order that is asked for."""
        return self.asked.narrow(self.get_queryset()).order_by(*self.order())

    def order(self) -> Sequence[str | OrderBy]:
        """Return the fields to sort by: those of the column that is asked for, what is not known last, then the usual
        ones."""
        asked = self.asked.data.get("sort", "")
        down, name = asked.startswith("-"), asked.removeprefix("-")
        fields = next((each.fields for each in self.sorts if each.name == name), ())
        found = [F(each).desc(nulls_last=True) if down else F(each).asc(nulls_last=True) for each in fields]
        return [*found, *self.ordering]

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return a page's rows as the template shows them."""
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page of the list, its rows, the filters, and whether there would be rows without them."""
        page = self.paginator_class(self.narrowed(), self.paginate_by).get_page(self.request.GET.get("page"))
        found: dict[str, Any] = {
            "page": page,
            "rows": self.present(list(page)),
            "filters": self.asked,
            "any": bool(page.paginator.count) or (self.asked.is_asked and self.get_queryset().exists()),
        }
        return super().get_context_data(**found | kwargs)


class OfObject(OfJurisdiction):
    """Serve one row, found by a part of the address; another's is not found (404): who exists is not disclosed."""

    #: the field by which it is found, and what the address calls it
    by: str = "pk"
    named: str = ""
    #: what the officer must be allowed to do with it, beyond seeing it
    right: ClassVar[Right | None] = None
    object: Any

    def prepare(self) -> None:
        self.object = self.get_object()

    def get_object(self) -> Any:
        """Return the row. Raises Http404 for one that is not the officer's, PermissionDenied without the right."""
        found = get_object_or_404(self.get_queryset(), **{self.by: self.kwargs[self.named or self.by]})
        right = self.needed()
        if right is not None and not self.may(right, found):
            raise PermissionDenied
        return found

    def needed(self) -> Right | None:
        """Return the right that this request needs: a page whose POST needs more says so."""
        return type(self).right

    def may(self, right: Right, found: Any) -> bool:
        """Return whether the officer has a right over a row."""
        *owner, name = self.place_field.split("__")
        for each in owner:
            found = getattr(found, each)
        return right(self.own, getattr(found, name), getattr(found, "sectors", ()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"object": self.object} | kwargs)


class DetailPage(OfObject):
    """Show one row."""


class Step(OfficerPage):
    """Do one thing by a POST, say so on the page that follows, or show the page again with what is wrong.

    With a page class as the second base it stands on that page; the form's errors and what was typed stay there.
    """

    http_method_names: Sequence[str] = ["post"]
    form_class: type[forms.BaseForm] | None = None
    #: what the page calls the form; it shows an empty one under this name
    form_name: str = "form"
    #: what the page that follows says; nothing: no notice
    done: StrOrPromise = _("Stored.")
    #: the field at which a refusal stands
    wrong_at: str | None = None
    form: Any = None

    def act(self) -> HttpResponse | None:
        """Do it; `self.form` is valid. A TranslatableError it raises, or a ValidationError about fields, is said on
        the page. Return None to go back."""
        raise NotImplementedError

    def way_back(self) -> str:
        """Return the address of the page that follows."""
        raise NotImplementedError

    def get_form(self) -> Any:
        """Return the form, filled in by a POST."""
        if self.form_class is None:
            return None
        found = self.get_form_kwargs()
        if self.request.method == "POST":
            found |= {"data": self.request.POST, "files": self.request.FILES}
        return self.form_class(**found)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form needs: `initial` or `instance`, as it is stored now."""
        return {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Do it, unless the form is wrong or somebody else changed the record meanwhile."""
        self.form = form = self.get_form()
        if form is not None and not (form.is_valid() and (not isinstance(form, RecordMixin) or form.is_current())):
            return self.show(400)
        try:
            with transaction.atomic():
                answer = self.act()
        except TranslatableError as error:
            return self.refused(error)
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                form.add_error(field if field in form.fields else None, sentences)
            return self.show(400)
        if answer is not None:
            return answer
        if self.done:
            messages.success(request, str(self.done))
        return redirect(self.way_back())

    def refused(self, error: TranslatableError) -> HttpResponse:
        """Show the page as it is stored, with what is wrong: at the form's field where there is one, or above. An error
        may name the answer's `status`."""
        at, status = getattr(error, "field", self.wrong_at), getattr(error, "status", HTTPStatus.BAD_REQUEST)
        if self.form is not None and at is not None:
            self.form.add_error(at if at in self.form.fields else None, sentence_of(error))
            return self.show(status)
        self.prepare()
        return self.show(status, problem=sentence_of(error))

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """Return the page with the form: as it was sent, else as it is stored."""
        if self.form is None and self.form_class is not None:
            self.form = self.get_form()
        return super().show(status, **{self.form_name: self.form} | context)


class FormPage(Step):
    """Show a form on a page of its own, and store it. `pages/form.html` draws it from these attributes."""

    http_method_names: Sequence[str] = ["get", "head", "post"]
    template_name = "pages/form.html"
    title: StrOrPromise = ""
    lead: StrOrPromise = ""
    button: StrOrPromise = _("Store")
    #: pages above this one
    trail: Sequence[Trail] = ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page's texts; a view that has them from its object gives them as keywords."""
        texts = {"title": self.title, "lead": self.lead, "button": self.button, "trail": self.trail}
        return super().get_context_data(**texts | {"back": self.way_out()} | kwargs)

    def way_out(self) -> str:
        """Return the address of the page to which who stores nothing goes: as a rule that of who stores."""
        return self.way_back()


class FilePage(OfficerPage):
    """Send a file that is made for the request: a PDF, a picture, a table."""

    content_type: str = "application/pdf"
    #: whether a browser shows it or keeps it
    disposition: Literal["inline", "attachment"] = "inline"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Draw and send it."""
        headers = (
            {"Content-Disposition": f'{self.disposition}; filename="{name}"'} if (name := self.file_name()) else {}
        )
        return HttpResponse(self.draw(), content_type=self.content_type, headers=headers)

    def draw(self) -> bytes | str:
        """Return its content. Raises Http404 where there is nothing to draw."""
        raise Http404

    def file_name(self) -> str:
        return ""
