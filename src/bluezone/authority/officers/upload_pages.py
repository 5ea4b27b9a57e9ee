"""Make the pages on which officers upload a file, see what it would do, and decide on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import DetailPage, FormPage, OfJurisdiction, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.officers.reading_parts import answers_in, context_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, problem_text, sentence_of
from bluezone.authority.site.models import Upload
from bluezone.authority.site.registries import Task, TaskPart, Tone
from bluezone.authority.site.uploads import pipeline, spreadsheets
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.limits import MAX_UPLOAD_BYTES, too_big
from bluezone.authority.site.uploads.pipeline import Kind, Preview, PreviewRow, lines
from bluezone.errors import TranslatableError
from bluezone.rollout.problems import Severity

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: so many problems and rows are shown; of more, how many there are
SHOWN_PROBLEMS = 200
SHOWN_ROWS = 50
_SHOWN_UPLOADS = 20

P = TypeVar("P", bound=Preview)
_UNIT = _lazy("Unit")


@dataclass(frozen=True, slots=True)
class UploadPages(Generic[P]):
    """Serve the pages of one kind of file, below an address named `NAMESPACE:upload`.

    `rows_template` shows the rows with what `context` gives; `effects_template`, where there is one, shows above them
    what storing the file would do to other figures. `names` says which unit each line speaks of.
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
    context: Callable[[P], dict[str, Any]]
    rows_template: str
    effects_template: str = ""
    #: gives the jurisdiction for which a user may bring files of this kind; raises PermissionDenied
    allowed: Callable[[User | AnonymousUser], Jurisdiction] = scope.directing
    #: whether a file is shown to who brought it alone: it says who people are
    private: bool = False
    #: what the address of the form says when a file is brought again in place of an upload (`?directive=5`)
    asked: Callable[[Upload], Mapping[str, str]] = lambda _: {}
    #: the kinds of figures that are stored where others are read too; none: whatever is read
    stored: Collection[str] = ()
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

    def waiting(self, officer: User) -> list[tuple[str, str]]:
        """Return the files that wait for an officer's decision, the oldest first: name and address."""
        rows = Upload.objects.filter(kind=self.kind.name, officer=officer, state__in=pipeline.WAITING)
        return [(row.file_name, reverse(self.address_of_one, args=[row.pk])) for row in rows.order_by("received_at")]

    def tasks(self, officer: User) -> Iterable[Task]:
        """Return the lines of an officer's home page about files that wait."""
        for name, address in self.waiting(officer):
            look = TaskPart(name, address=address)
            yield Task(Tone.WATCH, (TaskPart(_("A table waits for your decision:"), urgent=True), look))

    def address_again(self, upload: Upload) -> str:
        """Return where the file is brought again in place of an upload."""
        asked = urlencode(self.asked(upload))
        return reverse(self.address) + (f"?{asked}" if asked else "")

    def looked_at(self, upload: Upload) -> dict[str, Any]:
        """Return what the page shows of a file that waits: its question, or what storing it would do."""
        now = clock.now()
        context: dict[str, Any] = {}
        headers: dict[str, str] = {}
        if self.kind.understand is not None:
            reading = self.kind.understand(upload, now)
            context = context_of(reading, upload, self.stored)
            if reading.question is not None:
                return context
            headers = {column.field: column.header for column in reading.columns if column.field}
        preview = pipeline.look(self.kind, upload, now)
        return context | self._tally(preview, headers) | self.context(preview)

    def _good(self, preview: P) -> list[PreviewRow]:
        """Return the rows that are stored without a confirmation."""
        open_lines = pipeline.undecided(preview) | set(self.kind.held(preview))
        return [row for row in preview.rows if row.change != "none" and row.line not in open_lines]

    def asks_for_all(self, preview: P) -> bool:
        """Return whether nothing of a file is stored until a row in doubt is confirmed."""
        return bool(lines(preview, Severity.DOUBT)) and not self._good(preview)

    def _tally(self, preview: P, headers: Mapping[str, str]) -> dict[str, Any]:
        """Count what the file would do; `headers` are those of the file, by what a list calls the column."""
        errors, doubts = lines(preview, Severity.ERROR), lines(preview, Severity.DOUBT)
        good = [row.change for row in self._good(preview)]
        names = self.names(preview)
        wholes = set(self.kind.wholes(preview))
        askable = dict.fromkeys(doubts - errors, True)  # the checkbox of a line stands at its first doubt
        problems = [
            {
                "line": problem.line,
                "is_whole": problem.line in wholes,
                "column": headers.get(problem.column, problem.column),
                "unit": names.get(problem.line, ""),
                "severity": problem.severity.value,
                "sentence": problem_text(problem),
                "ask": problem.severity is Severity.DOUBT and askable.pop(problem.line, False),
            }
            for problem in preview.problems
        ]
        return {
            "shown": pipeline.fingerprint(preview),
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

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """Return the page; one of a file that can no longer be read says why."""
        pages, upload = self.pages, self.object
        found: dict[str, Any] = {"found": upload, "again": pages.address_again(upload)}
        if upload.state in pipeline.WAITING:
            found["mine"] = upload.officer == self.officer and upload.place == self.own.place
            found["until"] = upload.received_at + pipeline.LIFE
        if upload.state == Upload.State.PENDING:
            try:
                found |= pages.looked_at(upload)
            except TranslatableError as error:
                answered = bool(upload.options.get(spreadsheets.ANSWERS))
                found |= {"problem": sentence_of(error), "unreadable": True, "answered": answered}
                status = 409
        elif (refusal := spreadsheets.refusal_of(upload)) is not None:
            found["refusal"] = sentence_of(refusal)
        return super().show(status, **found | context)


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


class StoreUpload(UploadStep):
    """Store the good rows, and those in doubt that are confirmed."""

    def act(self) -> HttpResponse | None:
        kind, upload, now = self.pages.kind, self.object, clock.now()
        if upload.state != Upload.State.PENDING:
            return None
        confirmed = self._confirmed()
        if not confirmed and self.pages.asks_for_all(pipeline.look(kind, upload, now)):
            text = _("Nothing would be stored. Tick the rows that are right, or throw the file away.")
            return self.show(400, problem=text)
        shown = self.request.POST.get("shown", "")
        pipeline.decide(kind, upload.pk, self.officer, now, shown=shown, confirmed=confirmed)
        return None

    def _confirmed(self) -> frozenset[int]:
        if self.request.POST.get("confirm_all") == "yes":
            return lines(pipeline.look(self.pages.kind, self.object, clock.now()), Severity.DOUBT)
        texts = self.request.POST.getlist("confirmed")
        return frozenset(int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10)


class AnswerUpload(UploadStep):
    """Take the answer to the question a file leaves open, columns mapped by hand, or take all answers back."""

    def act(self) -> None:
        kind, upload, now, sent = self.pages.kind, self.object, clock.now(), self.request.POST
        if kind.understand is None or upload.state != Upload.State.PENDING:
            return
        reading = kind.understand(upload, now)
        if sent.get("forget") == "yes":
            spreadsheets.forget(upload, reading.shape)
        elif given := answers_in(sent, reading.question):
            spreadsheets.answer(upload, given, reading.shape, now)


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
