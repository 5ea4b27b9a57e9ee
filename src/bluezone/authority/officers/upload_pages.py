"""Make the pages on which officers upload a file, see what it would do, and decide on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import DetailPage, FormPage, OfJurisdiction, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.officers.sheet_parts import Looked, chosen_in, sheet_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, problem_text, sentence_of
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import pipeline, spreadsheets
from bluezone.authority.site.uploads.forms import MAX_UPLOAD_BYTES, UploadForm, too_big
from bluezone.authority.site.uploads.pipeline import Kind, NothingGoodError, Preview, PreviewRow, lines
from bluezone.errors import TranslatableError
from bluezone.rollout.problems import Severity

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: so many problems and rows are shown; of more, how many there are
SHOWN_PROBLEMS = 200
SHOWN_ROWS = 50
_SHOWN_UPLOADS = 20
_SHOWN_REPLACED = 12

P = TypeVar("P", bound=Preview)
_UNIT = gettext_lazy("Unit")
_DAY = gettext_lazy("Day of figures without one")


#: the pages of each kind of file that has addresses, by the kind's name
SERVED: dict[str, UploadPages[Any]] = {}


@dataclass(frozen=True, slots=True)
class UploadPages(Generic[P]):
    """Serve the pages of one kind of file, below an address named `NAMESPACE:upload`.

    `rows_template`, where there is one, shows the rows with what `context` gives; `effects_template` what storing the
    file would do to other figures; `says` what would be stored, in one sentence; `replaces` what each row would
    replace. `names` says which unit each line speaks of.
    """

    kind: Kind[P]
    form: type[UploadForm]
    namespace: str
    nav: str
    title: StrOrPromise
    lead: StrOrPromise
    #: the page to go on to, and what its link is called
    onward: tuple[str, StrOrPromise]
    names: Callable[[P], Mapping[int, str]]
    context: Callable[[P], dict[str, Any]] = lambda _: {}
    rows_template: str = ""
    effects_template: str = ""
    says: Callable[[P, Collection[int]], str] | None = None
    replaces: Callable[[P], Sequence[str]] = lambda _: ()
    #: as what each line of a list of persons would be stored, in words that stand beside it
    stored_as: Callable[[P], dict[int, str]] | None = None
    #: gives the jurisdiction for which a user may bring files of this kind; raises PermissionDenied
    allowed: Callable[[User | AnonymousUser], Jurisdiction] = scope.directing
    #: whether a file is shown to who brought it alone: it says who people are
    private: bool = False
    #: what the address of the form says when a file is brought again in place of an upload (`?directive=5`)
    asked: Callable[[Upload], Mapping[str, str]] = lambda _: {}
    #: the roles of columns whose numbers are stored where others only serve as checks; none: all
    stored: Collection[str] = ()
    #: whether rows name units of the country or registered ones, which are chosen beside them
    of_units: bool = True
    #: what is asked above the sheet as the day of rows without one; nothing: it is not asked
    day_label: StrOrPromise = _DAY
    #: the address of the officer's empty form, where there is one
    empty_form: str = ""
    #: what `names` names, above its column
    named: StrOrPromise = _UNIT

    @property
    def address(self) -> str:
        """Return the name of the address where files are brought; those of one file follow."""
        return f"{self.namespace}:upload"

    @property
    def address_of_one(self) -> str:
        return f"{self.namespace}:uploaded"

    @property
    def store_address(self) -> str:
        return f"{self.namespace}:store-upload"

    @property
    def cancel_address(self) -> str:
        return f"{self.namespace}:cancel-upload"

    @property
    def answer_address(self) -> str:
        return f"{self.namespace}:answer-upload"

    @property
    def progress_address(self) -> str:
        return f"{self.namespace}:upload-progress"

    def urls(self, prefix: str) -> list[URLPattern]:
        """Return the addresses, named `upload`, `uploaded`, `store-upload` and `cancel-upload`."""
        SERVED[self.kind.name] = self
        one = f"{prefix}/<uuid:upload_id>"
        served: list[tuple[str, type[OfUploads], str]] = [
            (prefix, BringFile, "upload"),
            (one, UploadedPage, "uploaded"),
            (f"{one}/store", StoreUpload, "store-upload"),
            (f"{one}/answer", AnswerUpload, "answer-upload"),
            (f"{one}/progress", UploadProgress, "upload-progress"),
            (f"{one}/cancel", CancelUpload, "cancel-upload"),
        ]
        return [path(address, self._bound(view).as_view(), name=name) for address, view, name in served]

    def _bound(self, view: type[OfUploads]) -> type[OfUploads]:
        """Return a page that serves files of this kind, to whom this kind is open."""
        reach = _brought_by if self.private else scope.visible
        bound = {"pages": self, "nav": self.nav, "access": staticmethod(self.allowed), "reach": staticmethod(reach)}
        if issubclass(view, BringFile):
            bound["form_class"] = self.form
        return type(view.__name__, (view,), bound)

    def address_again(self, upload: Upload) -> str:
        """Return where the file is brought again in place of an upload."""
        asked = urlencode(self.asked(upload))
        return reverse(self.address) + (f"?{asked}" if asked else "")

    def looked_at(self, upload: Upload, looked: Looked) -> dict[str, Any]:
        """Return what the page shows of a file that waits: what its columns and rows are taken for, and what storing
        it would do."""
        now = clock.now()
        preview = pipeline.look(self.kind, upload, now)
        found: dict[str, Any] = {"shown": pipeline.fingerprint(self.kind, upload, preview, now)}
        found |= self._tally(preview, looked.confirmed) | self.context(preview)
        if self.kind.understand is not None and not upload.options.get("typed"):
            proposal = self.kind.understand(upload, now)
            names = self.names(preview)
            wholes = {line: names.get(line, "") for line in self.kind.wholes(preview)}
            found["sheet"] = sheet_of(
                proposal, upload, preview.problems, self.stored, looked, of_units=self.of_units, wholes=wholes
            )
            found["sheet"]["of_persons"] = self.stored_as is not None
            if self.stored_as is not None:
                stored_as = self.stored_as(preview)
                for row in found["sheet"]["rows"]:
                    row["stored_as"] = stored_as.get(row["line"], "")
            lines = {row.line for row in pipeline.good_rows(self.kind, preview)} | set(looked.confirmed)
            found["says"] = self.says(preview, lines) if self.says is not None else ""
            replaced = self.replaces(preview)
            found |= {"replaced": replaced[:_SHOWN_REPLACED], "more_replaced": len(replaced[_SHOWN_REPLACED:])}
        return found

    def _tally(self, preview: P, confirmed: Collection[int]) -> dict[str, Any]:
        """Count what the file would do."""
        errors, doubts = lines(preview, Severity.ERROR), lines(preview, Severity.DOUBT)
        good = [row.change for row in pipeline.good_rows(self.kind, preview)]
        names = self.names(preview)
        wholes = set(self.kind.wholes(preview))
        askable = dict.fromkeys(doubts - errors, True)  # the checkbox of a line stands at its first doubt
        problems = [
            {
                "line": problem.line,
                "is_whole": problem.line in wholes,
                "column": problem.column,
                "on": problem.line in confirmed,
                "unit": names.get(problem.line, ""),
                "severity": problem.severity.value,
                "sentence": problem_text(problem),
                "ask": problem.severity is Severity.DOUBT and askable.pop(problem.line, False),
            }
            for problem in preview.problems
        ]
        return {
            "rows": len({row.line for row in preview.rows} | (errors - wholes)),
            "good": len(good) - good.count("unchanged"),
            "new": good.count("new"),
            "changed": good.count("changed"),
            "unchanged": good.count("unchanged"),
            "bad": len(errors),
            "doubtful": len(doubts - errors),
            "held": len(set(self.kind.held(preview)) - errors - doubts),
            "problems": problems[:SHOWN_PROBLEMS],
            "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        }


def _brought_by(rows: QuerySet[Upload], user: User | AnonymousUser, _field: str) -> QuerySet[Upload]:
    return rows.filter(officer=scope.officer(user))


class OfUploads(OfJurisdiction):
    """Serve the files of one kind that the officer may see."""

    model = Upload
    pages: ClassVar[UploadPages[Any]]

    def rows(self) -> QuerySet[Upload]:
        return Upload.objects.filter(kind=self.pages.kind.name).select_related("officer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(pages=self.pages, **kwargs)


class BringFile(OfUploads, FormPage):
    """Receive a file, and list those that were brought before."""

    template_name = "uploads/upload.html"
    wrong_at = "file"
    done = ""
    form: UploadForm
    made: Upload

    def get_form(self) -> UploadForm:
        """Return the form, fitted to who brings the file; it says so where the body it has read was too large."""
        form: UploadForm = super().get_form()
        form.for_officer(self.request.user, self.request.GET)
        if too_big(self.request):
            text = _("The file is larger than the %(limit)s bytes that are taken: split it into several.")
            form.errors["file"] = form.error_class([text % {"limit": number_text(MAX_UPLOAD_BYTES)}])
        return form

    def act(self) -> None:
        file = self.form.cleaned_data["file"]
        kind, options = self.pages.kind, self.form.options()
        self.made = pipeline.receive(kind, file.read(), file.name, self.officer, clock.now(), options)

    def way_back(self) -> str:
        return reverse(self.pages.address_of_one, args=[self.made.pk])

    def way_out(self) -> str:
        return reverse(self.pages.onward[0])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        earlier = self.get_queryset().order_by("-received_at")[:_SHOWN_UPLOADS]
        return super().get_context_data(earlier=earlier, **kwargs)


class UploadedPage(OfUploads, DetailPage):
    """Show a file with its problems, or what became of it."""

    template_name = "uploads/uploaded.html"
    named = "upload_id"
    object: Upload

    def looked(self) -> Looked:
        """Return how the officer looks at the file: as the address or the form says."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        page = sent.get("page", "")
        texts = sent.getlist("confirmed")
        lines = {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10}
        return Looked(clock.today(), int(page) if page.isdecimal() and len(page) < 6 else 1, frozenset(lines))

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """Return the page; one of a file that can no longer be read says why."""
        pages, upload = self.pages, self.object
        found: dict[str, Any] = {"found": upload, "again": pages.address_again(upload)}
        if upload.state in pipeline.WAITING:
            found["mine"] = upload.officer == self.officer and upload.place == self.own.place
            found["until"] = upload.received_at + pipeline.LIFE
        if upload.state == Upload.State.PENDING:
            try:
                found |= pages.looked_at(upload, self.looked())
            except TranslatableError as error:
                decided = bool(upload.options.get(spreadsheets.MAPPING))
                found |= {"problem": sentence_of(error), "unreadable": True, "decided": decided}
                status = 409
        elif (refusal := spreadsheets.refusal_of(upload)) is not None:
            found["refusal"] = sentence_of(refusal)
        return super().show(status, why=self.request.POST.get("why", ""), **found | context)


class UploadStep(Step, UploadedPage):
    """Decide on a file: the own one, while the jurisdiction is the one it was brought for. It says so on its page."""

    done = ""

    def get_object(self) -> Upload:
        """Return the file. Raises Http404 for one of somebody else, or of a former jurisdiction."""
        found: Upload = super().get_object()
        if found.officer != self.officer or found.place != self.pages.allowed(self.request.user).place:
            raise Http404
        return found

    def way_back(self) -> str:
        return reverse(self.pages.address_of_one, args=[self.object.pk])

    def refused(self, error: TranslatableError) -> HttpResponse:
        """Show the file as it is now, with what was wrong."""
        self.object.refresh_from_db()
        return self.show(409, problem=sentence_of(error))


class ChosenStep(UploadStep):
    """Take what the officer chose above the columns and beside the rows."""

    def take_choices(self) -> tuple[bool, list[str]]:
        """Keep the choices of the form. Return whether they change what was proposed, and what is wrong with them."""
        kind, upload, now = self.pages.kind, self.object, clock.now()
        if kind.understand is None or upload.state != Upload.State.PENDING:
            return False, []
        proposal = kind.understand(upload, now)
        chosen, wrong = chosen_in(self.request.POST, proposal, upload.place, clock.date_of(now))
        if not chosen:
            return False, wrong
        before = spreadsheets.decided_of(upload)
        spreadsheets.decide(upload, chosen if chosen.sheet else chosen.over(before))
        try:
            kind.understand(upload, now)
        except TranslatableError:
            spreadsheets.decide(upload, before)
            raise
        return True, wrong


class StoreUpload(ChosenStep):
    """Store the good rows, and those in doubt that are confirmed; of a file as it was shown."""

    def act(self) -> HttpResponse | None:
        kind, upload, now, sent = self.pages.kind, self.object, clock.now(), self.request.POST
        if upload.state != Upload.State.PENDING:
            return None
        changed, wrong = self.take_choices()
        if changed or wrong:
            text = _("Nothing was stored: this is the file with your change. Look at it, then store it.")
            return self.show(409, problem=" ".join([*wrong, *([text] if changed else [])]))
        confirmed = self._confirmed()
        proposal = kind.understand(upload, now) if kind.understand is not None else None
        said = {"shown": sent.get("shown", ""), "why": sent.get("why", "")}
        try:
            pipeline.decide(kind, upload, self.officer, now, **said, confirmed=confirmed, asks=True)
        except NothingGoodError:
            text = _("Nothing would be stored. Tick the rows that are right, or throw the file away.")
            return self.show(400, problem=text)
        if proposal is not None and sent.get("remember") == "yes":
            spreadsheets.remember(upload, proposal, now)
        return None

    def _confirmed(self) -> Collection[int]:
        if self.request.POST.get("confirm_all") == "yes":
            return lines(pipeline.look(self.pages.kind, self.object, clock.now()), Severity.DOUBT)
        return self.looked().confirmed


class AnswerUpload(ChosenStep):
    """Show a file again with what the officer chose, or without all that was chosen and remembered."""

    def act(self) -> HttpResponse | None:
        kind, upload, now = self.pages.kind, self.object, clock.now()
        if kind.understand is None or upload.state != Upload.State.PENDING:
            return None
        if self.request.POST.get("forget") == "yes":
            try:
                shape = kind.understand(upload, now).shape
            except TranslatableError:
                shape = ""
            spreadsheets.forget(upload, shape)
            return None
        _changed, wrong = self.take_choices()
        return self.show(400 if wrong else 200, problem=" ".join(wrong))


class CancelUpload(UploadStep):
    """Throw the file away; nothing is stored."""

    def act(self) -> None:
        pipeline.cancel(self.object, clock.now())


class UploadProgress(UploadedPage):
    """Return how far a large file is opened, for the script of a page that waits."""

    def rows(self) -> QuerySet[Upload]:
        return super().rows().defer("data", "opened")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        upload = self.object
        unfinished = upload.state == Upload.State.READING
        text = _("%(percent)s%% opened") % {"percent": number_text(upload.progress)} if upload.progress else ""
        return JsonResponse({"unfinished": unfinished, "text": text, "done": upload.progress, "total": 100})


R = TypeVar("R", bound=PreviewRow)


def first(rows: Iterable[R]) -> tuple[list[R], int]:
    """Return the rows to show, those that change something first, and how many more there are."""
    order = {"changed": 0, "new": 1, "unchanged": 2}
    sorted_rows = sorted(rows, key=lambda row: (order[row.change], row.line))
    return sorted_rows[:SHOWN_ROWS], max(0, len(sorted_rows) - SHOWN_ROWS)
