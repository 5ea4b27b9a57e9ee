"""Make the pages on which officers upload a file, see what it would do, and decide on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import officers_page
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
        return [
            path(prefix, officers_page(require_http_methods(["GET", "POST"])(self.upload)), name="upload"),
            path(one, officers_page(require_GET(self.show)), name="uploaded"),
            path(f"{one}/store", officers_page(require_POST(self.store)), name="store-upload"),
            path(f"{one}/answer", officers_page(require_POST(self.answer)), name="answer-upload"),
            path(f"{one}/progress", officers_page(require_GET(self.progress)), name="upload-progress"),
            path(f"{one}/cancel", officers_page(require_POST(self.cancel)), name="cancel-upload"),
        ]

    def waiting(self, officer: User) -> list[tuple[str, str]]:
        """Return the files that wait for an officer's decision, the oldest first: name and address."""
        rows = Upload.objects.filter(kind=self.kind.name, officer=officer, state__in=pipeline.WAITING)
        return [(row.file_name, reverse(self.address_of_one, args=[row.pk])) for row in rows.order_by("received_at")]

    def tasks(self, officer: User) -> Iterable[Task]:
        """Return the lines of an officer's home page about files that wait."""
        for name, address in self.waiting(officer):
            look = TaskPart(name, address=address)
            yield Task(Tone.WATCH, (TaskPart(_("A table waits for your decision:"), urgent=True), look))

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Receive a file."""
        self.allowed(request.user)
        form = self.form(request.POST, request.FILES) if request.method == "POST" else self.form()
        form.for_officer(request.user, request.GET)
        if request.method == "POST" and (made := self._receive(request, form)) is not None:
            return redirect(self.address_of_one, made.pk)
        context = {
            "nav": self.nav,
            "pages": self,
            "form": form,
            "earlier": self._readable(request).order_by("-received_at")[:_SHOWN_UPLOADS],
        }
        status = 400 if form.errors else 200
        return render(request, "uploads/upload.html", context, status=status)

    def show(self, request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
        """Show a file with its problems, or what became of it."""
        self.allowed(request.user)
        return self._page(request, get_object_or_404(self._readable(request), pk=upload_id))

    def store(self, request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
        """Store the good rows, and those in doubt that are confirmed."""
        upload = self._own(request, upload_id)
        if upload.state == Upload.State.PENDING:
            confirmed = self._confirmed(request, upload)
            shown = request.POST.get("shown", "")
            try:
                if not confirmed and self._asks_for_all(pipeline.look(self.kind, upload, clock.now())):
                    text = _("Nothing would be stored. Tick the rows that are right, or throw the file away.")
                    return self._page(request, upload, text, status=400)
                pipeline.decide(self.kind, upload.pk, request.user, clock.now(), shown=shown, confirmed=confirmed)
            except TranslatableError as error:
                upload.refresh_from_db()
                return self._page(request, upload, sentence_of(error), status=409)
        return redirect(self.address_of_one, upload.pk)

    def answer(self, request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
        """Take the answer to the question a file leaves open, columns mapped by hand, or take all answers back."""
        upload, now = self._own(request, upload_id), clock.now()
        if self.kind.understand is None or upload.state != Upload.State.PENDING:
            return redirect(self.address_of_one, upload.pk)
        try:
            reading = self.kind.understand(upload, now)
            if request.POST.get("forget") == "yes":
                spreadsheets.forget(upload, reading.shape)
            elif given := answers_in(request.POST, reading.question):
                spreadsheets.answer(upload, given, reading.shape, now)
        except TranslatableError as error:
            return self._page(request, upload, sentence_of(error), status=409)
        return redirect(self.address_of_one, upload.pk)

    def progress(self, request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
        """Return how far a large file is opened, for the script of a page that waits."""
        self.allowed(request.user)
        upload = get_object_or_404(self._readable(request).defer("data", "opened"), pk=upload_id)
        unfinished = upload.state == Upload.State.READING
        text = _("%(percent)s%% opened") % {"percent": number_text(upload.progress)} if upload.progress else ""
        return JsonResponse({"unfinished": unfinished, "text": text, "done": upload.progress, "total": 100})

    def cancel(self, request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
        """Throw the file away; nothing is stored."""
        upload = pipeline.cancel(self._own(request, upload_id), clock.now())
        return redirect(self.address_of_one, upload.pk)

    def _receive(self, request: HttpRequest, form: UploadForm) -> Upload | None:
        """Keep the file that a request brings. None, with the reason in the form, where it cannot be taken."""
        if too_big(request):
            text = _("The file is larger than the %(limit)s bytes that are taken: split it into several.")
            form.errors["file"] = form.error_class([text % {"limit": number_text(MAX_UPLOAD_BYTES)}])
        elif form.is_valid():
            file = form.cleaned_data["file"]
            try:
                return pipeline.receive(self.kind, file.read(), file.name, request.user, clock.now(), form.options())
            except TranslatableError as error:
                form.add_error("file", sentence_of(error))
        return None

    def _readable(self, request: HttpRequest) -> QuerySet[Upload]:
        rows = Upload.objects.filter(kind=self.kind.name).select_related("officer")
        return rows.filter(officer=scope.officer(request.user)) if self.private else scope.visible(rows, request.user)

    def _own(self, request: HttpRequest, upload_id: uuid.UUID) -> Upload:
        """Return an upload the officer may decide on: the own ones, while the jurisdiction is the one it was for."""
        own = self.allowed(request.user)
        upload = get_object_or_404(self._readable(request), pk=upload_id)
        if upload.officer != request.user or upload.place != own.place:
            raise Http404
        return upload

    def _confirmed(self, request: HttpRequest, upload: Upload) -> frozenset[int]:
        if request.POST.get("confirm_all") == "yes":
            return lines(pipeline.look(self.kind, upload, clock.now()), Severity.DOUBT)
        texts = request.POST.getlist("confirmed")
        return frozenset(int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 10)

    def _page(self, request: HttpRequest, upload: Upload, problem: str = "", status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {
            "nav": self.nav,
            "found": upload,
            "pages": self,
            "problem": problem,
            "again": self._address_again(upload),
        }
        if upload.state in pipeline.WAITING:
            context["mine"] = upload.officer == request.user and upload.place == scope.required(request.user).place
            context["until"] = upload.received_at + pipeline.LIFE
        if upload.state == Upload.State.PENDING:
            try:
                context |= self._looked_at(upload)
            except TranslatableError as error:
                context["problem"], context["unreadable"], status = problem or sentence_of(error), True, 409
                context["answered"] = bool(upload.options.get(spreadsheets.ANSWERS))
        elif (refusal := spreadsheets.refusal_of(upload)) is not None:
            context["refusal"] = sentence_of(refusal)
        return render(request, "uploads/uploaded.html", context, status=status)

    def _address_again(self, upload: Upload) -> str:
        asked = urlencode(self.asked(upload))
        return reverse(self.address) + (f"?{asked}" if asked else "")

    def _looked_at(self, upload: Upload) -> dict[str, Any]:
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

    def _asks_for_all(self, preview: P) -> bool:
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


R = TypeVar("R", bound=PreviewRow)


def first(rows: Iterable[R]) -> tuple[list[R], int]:
    """Return the rows to show, those that change something first, and how many more there are."""
    order = {"changed": 0, "new": 1, "unchanged": 2}
    sorted_rows = sorted(rows, key=lambda row: (order[row.change], row.line))
    return sorted_rows[:SHOWN_ROWS], max(0, len(sorted_rows) - SHOWN_ROWS)
