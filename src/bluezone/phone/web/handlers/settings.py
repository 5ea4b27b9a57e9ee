"""Handle settings, what is stored, the self-test, diagnostics, and deleting all."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

from collections.abc import Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bluezone.forms.communes import commune_of
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.preference_store import APPEARANCES
from bluezone.phone.web import data_export
from bluezone.phone.web.handlers.base import GET, POST, Handlers, as_file, form_of, see
from bluezone.phone.web.presenters import diagnostics, health


class SettingsHandlers(Handlers):
    """Handle what the owner sets, reads and deletes."""

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/self-test", agreed(self.self_test), methods=GET),
            Route("/settings", agreed(self.settings), methods=GET),
            Route("/settings/pause", self.pause, methods=POST),
            Route("/settings/resume", self.resume, methods=POST),
            Route("/settings/appearance", self.appearance, methods=POST),
            Route("/settings/counted", self.counted, methods=POST),
            Route("/settings/warnings-counted", self.warnings_counted, methods=POST),
            Route("/settings/background", self.background, methods=POST),
            Route("/settings/notifications", self.notifications, methods=POST),
            Route("/settings/export", agreed(self.export), methods=GET),
            Route("/settings/diagnostics", agreed(self.diagnostics_page), methods=GET),
            Route("/settings/diagnostics.txt", agreed(self.diagnostics_file), methods=GET),
            Route("/settings/delete", agreed(self.ask_delete), methods=GET),
            Route("/settings/delete", self.delete, methods=POST),
        ]

    def settings(self, request: Request) -> Response:
        runner, language = self._runner, self._language()
        choices, facts = runner.choices(), runner.facts()
        return self._page(
            "settings.html",
            choices=choices,
            commune=commune_of(choices.commune),
            number=runner.stores.number.read(),
            stored=diagnostics.stored(runner.phone.status(), facts, runner.stores.number.read(), language),
            policy=runner.phone.policy,
            version=diagnostics.version(),
            authority_known=facts.authority_known,
            way_text=health.way_text(facts.notices, language),
            notices_refused=facts.notices.allowed is False,
            has_saver=facts.spares_battery is not None,
        )

    async def pause(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.choose, paused=True)
        return see("/settings")

    async def resume(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.choose, paused=False)
        return see("/")

    async def appearance(self, request: Request) -> Response:
        chosen = (await form_of(request)).get("appearance")
        if chosen in APPEARANCES:
            await run_in_threadpool(self._runner.choose, appearance=chosen)
        return see("/settings")

    async def counted(self, request: Request) -> Response:
        await self._yes_or_no(request, "counted")
        return see("/settings#counting")

    async def warnings_counted(self, request: Request) -> Response:
        await self._yes_or_no(request, "warnings_counted")
        if not (await run_in_threadpool(self._runner.choices)).warnings_counted:
            await run_in_threadpool(self._runner.stores.preferences.keep_warned_ticket, None)
        return see("/settings#warnings-counted")

    async def background(self, request: Request) -> Response:
        """Store the answer given in the settings or on the home screen."""
        await self._yes_or_no(request, "background")
        return see("/settings#running")

    async def notifications(self, request: Request) -> Response:
        await self._yes_or_no(request, "notifications")
        if (await run_in_threadpool(self._runner.choices)).notifications:
            await run_in_threadpool(self._runner.host.ask_for_notices)
        return see("/settings#running")

    async def _yes_or_no(self, request: Request, name: str) -> None:
        answer = (await form_of(request)).get("answer")
        if answer in {"yes", "no"}:
            await run_in_threadpool(self._runner.choose, **{name: answer == "yes"})

    def self_test(self, request: Request) -> Response:
        runner = self._runner
        try:
            runner.choose(language=runner.choices().language)
            can_write = True
        except StorageError:
            can_write = False
        facts, language = runner.facts(), self._language()
        trusted_keys = len(runner.settings.trusted_keys)
        proofs = diagnostics.self_test(facts, runner.phone.status(), can_write, trusted_keys, language)
        proofs += health.proofs(facts, language)
        return self._page("self_test.html", proofs=proofs)

    def _diagnostics(self) -> list[tuple[str, str]]:
        runner = self._runner
        status = runner.phone.status()
        return list(diagnostics.diagnostics(runner.facts(), status, runner.settings, status.days))

    def diagnostics_page(self, request: Request) -> Response:
        return self._page("diagnostics.html", lines=self._diagnostics())

    def diagnostics_file(self, request: Request) -> Response:
        text = "".join(f"{name}: {value}\n" for name, value in self._diagnostics())
        return PlainTextResponse(text, headers=as_file("bluezone-diagnostics.txt"))

    def export(self, request: Request) -> Response:
        lines: Iterator[str] = data_export.lines(self._runner)
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=as_file("bluezone.jsonl"))

    def ask_delete(self, request: Request) -> Response:
        return self._page("delete.html", number=self._runner.stores.number.read())

    async def delete(self, request: Request) -> Response:
        if (await form_of(request)).get("sure") != "yes":
            return see("/settings/delete")
        language = await run_in_threadpool(self._language)
        number_left = not await run_in_threadpool(self._forget_number)
        await self._runner.delete_all()
        await run_in_threadpool(self._runner.choose, language=language.code)
        return await run_in_threadpool(
            self._page, "deleted.html", number_left=number_left, hotline=self._settings.hotline
        )

    def _forget_number(self) -> bool:
        """Return False where the authority still has the owner's number: that must not keep the phone from
        forgetting."""
        try:
            if self._runner.stores.number.read() is not None:
                self._runner.number_client().forget()
        except PhoneError:
            return False
        return True
