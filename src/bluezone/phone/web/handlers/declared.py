"""Handle what was declared: what it leads to, whether it has arrived, correcting it, taking it back."""

from __future__ import annotations

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.forms import prefilling, words
from bluezone.forms.answers import read_answers
from bluezone.forms.definition import said
from bluezone.forms.rendering import given_of, render_answers
from bluezone.phone.client.health_declarations import corrected, withdrawn
from bluezone.phone.stores.health_declaration_store import Next, Stage, StoredDeclaration
from bluezone.phone.web.handlers.base import GET, POST, see
from bluezone.phone.web.handlers.declare import DeclareHandlers, Filling, Lists, lists_of
from bluezone.phone.web.presenters import declare, passes
from bluezone.protocol.one_time_codes import groups


class DeclaredHandlers(DeclareHandlers):
    """Show a declaration to who made it, and carry out what they decide about it."""

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/declare/{number:int}", agreed(self.show), methods=GET),
            Route("/declare/{number:int}/correct", agreed(self.correct_page), methods=GET),
            Route("/declare/{number:int}/correct", self.correct, methods=POST),
            Route("/declare/{number:int}/pass", agreed(self.show_pass), methods=GET),
            Route("/declare/{number:int}/withdraw", agreed(self.ask_withdraw), methods=GET),
            Route("/declare/{number:int}/withdraw", self.withdraw, methods=POST),
        ]

    def _row(self, request: Request) -> StoredDeclaration:
        """Return the declaration of an address. Raises 404 for one that is not here."""
        row = self._runner.stores.declarations.declaration(request.path_params["number"])
        if row is None:
            raise HTTPException(404)
        return row

    def show(self, request: Request) -> Response:
        """Say what a declaration leads to, what became of it, and what was answered."""
        row, language = self._row(request), self._language()
        form = self._runner.stores.declarations.form(row.form, row.version)
        code = words.language_of(language.code)
        return self._page(
            "declared.html",
            row=row,
            code=code,
            w=words.plain(code),
            title=said(form.title, code) if form else row.form,
            result=declare.result(form, row.answers, code) if form else None,
            answers=render_answers(form, code, declare.answers_of(row.answers)) if form else "",
            state=declare.state(row, language),
            is_sent=row.stage is Stage.SENT,
            is_refused=bool(row.refusal),
            is_going=row.next is Next.WITHDRAW,
            receipt=" ".join(groups(row.receipt)) if row.receipt else "",
            for_another=form is not None and form.for_another,
            has_pass=self._has_pass(row),
        )

    def _has_pass(self, row: StoredDeclaration) -> bool:
        found = passes.read(row.pass_text)
        return found is not None and passes.is_good(found, self._runner.clock())

    def show_pass(self, request: Request) -> Response:
        """Show the pass that came of a declaration, large, or that it has run out."""
        row, code = self._row(request), words.language_of(self._language().code)
        found = passes.read(row.pass_text)
        if found is None:
            return see(f"/declare/{row.number}")
        card = passes.card(found, row.pass_text, self._runner.clock(), code, self._settings.zone)
        again = (
            f"/declare/for/{row.slot}/{row.form}"
            if self._is_slot(row.slot) and row.form in self._offered()
            else "/declare"
        )
        return self._page("pass.html", row=row, code=code, w=words.plain(code), card=card, again=again)

    # --- correcting ---------------------------------------------------------------------------------

    def correct_page(self, request: Request) -> Response:
        """Open the declaration's form with what was answered; where a newer version is in use, in that."""
        row = self._row(request)
        return self._form_page(self._filling(row), request)

    def _filling(self, row: StoredDeclaration) -> Filling:
        text = self._offered().get(row.form)
        if text is None or row.next is Next.WITHDRAW:
            raise HTTPException(404)
        given = given_of(declare.answers_of(row.answers))
        filling = Filling(row.slot, text, self._draw(), given, correcting=row.number)
        return filling if text.form.version == row.version else self._carried(filling)

    async def correct(self, request: Request) -> Response:
        return await run_in_threadpool(self._correct, request, await lists_of(request))

    def _correct(self, request: Request, sent: Lists) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        row = self._row(request)
        begun = self._filling(row)
        filling = self._sent(replace(begun, notice=""), sent, given_of(declare.answers_of(row.answers)))
        page = self._looked_at(filling, request, sent)
        if page is not None:
            return page
        answers = read_answers(filling.form, filling.given, self._edge()).answers
        plain = {name: each if isinstance(each, str) else [*each] for name, each in answers.items()}
        known = prefilling.known_of(filling.form, answers)
        with self._runner.exclusive() as phone:
            store, version = phone.stores.declarations, filling.form.version
            store.keep_form(filling.text)
            store.change(row, **_changes(corrected(row, self._draw(), version, self._today().isoformat(), plain)))
            if (person := self._person(row.slot)) is not None:
                household = phone.stores.household
                household.remember(
                    person.number, {**person.known, **known}, self._runner.clock(), is_owner=person.is_owner
                )
            self._try_to_send(phone)
        return see(f"/declare/{row.number}")

    # --- taking it back -----------------------------------------------------------------------------

    def ask_withdraw(self, request: Request) -> Response:
        """Ask once more before a declaration is withdrawn."""
        row = self._row(request)
        return self._page("declared_withdraw.html", row=row, w=words.plain(words.language_of(self._language().code)))

    async def withdraw(self, request: Request) -> Response:
        return await run_in_threadpool(self._withdraw, request)

    def _withdraw(self, request: Request) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        row = self._row(request)
        with self._runner.exclusive() as phone:
            store, then = phone.stores.declarations, withdrawn(row, self._draw())
            if then is None:
                store.forget(row.number)
            else:
                store.change(row, **_changes(then))
                self._try_to_send(phone)
        return see("/declare")


def _changes(row: StoredDeclaration) -> dict[str, object]:
    return {name: getattr(row, name) for name in StoredDeclaration.__dataclass_fields__ if name != "number"}
