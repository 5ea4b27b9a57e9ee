"""Handle settings, what is stored, the self-test, diagnostics, the battery saver, and deleting all."""

from __future__ import annotations

from anyio import from_thread
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, StreamingResponse

from bluezone.phone.app.host import Panel
from bluezone.phone.app.schedule import version
from bluezone.phone.errors import PhoneError
from bluezone.phone.notices.port import Way
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.preference_store import APPEARANCES
from bluezone.phone.web import data_export
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, as_file, get, post
from bluezone.phone.web.presenters import diagnostics, settings


class SettingsScreens(Screens):
    """Handle what the owner sets, reads and deletes."""

    @get("/settings")
    def settings(self) -> Answer:
        runner = self._runner
        groups = settings.rows(runner.facts(), runner.stores.number.read(), self._language())
        return self._page("settings.html", groups=groups, policy=runner.phone.policy, version=version())

    @post("/settings/pause")
    def pause(self) -> Answer:
        self._runner.choose(paused=True)
        return "/settings/recording"

    @post("/settings/resume")
    def resume(self, form: Fields) -> Answer:
        """Start again, from the settings or from the home screen."""
        self._runner.choose(paused=False)
        return "/settings/recording" if "back" in form else "/"

    @post("/settings/appearance")
    def appearance(self, form: Fields) -> Answer:
        if form.get("appearance") in APPEARANCES:
            self._runner.choose(appearance=form["appearance"])
        return "/settings/appearance"

    @post("/settings/counted")
    def counted(self, form: Fields) -> Answer:
        self._yes_or_no(form, "counted")
        return "/settings/counted"

    @post("/settings/warnings-counted")
    def warnings_counted(self, form: Fields) -> Answer:
        self._yes_or_no(form, "warnings_counted")
        if not self._runner.choices().warnings_counted:
            self._runner.stores.preferences.keep_warned_ticket(None)
        return "/settings/warnings-counted"

    @post("/settings/background")
    def background(self, form: Fields) -> Answer:
        """Store the answer given in the settings or on the home screen."""
        self._yes_or_no(form, "background")
        return "/settings/background"

    @post("/settings/notifications")
    def notifications(self, form: Fields) -> Answer:
        self._yes_or_no(form, "notifications")
        if self._runner.choices().notifications:
            self._runner.host.ask_for_notices()
        return "/settings/notifications"

    def _yes_or_no(self, form: Fields, name: str) -> None:
        if form.get("answer") in {"yes", "no"}:
            self._runner.choose(**{name: form["answer"] == "yes"})

    # --- the machine under the phone --------------------------------------------------------------

    @post("/settings/notices/system")
    def notices_panel(self) -> Answer:
        self._runner.host.open_panel(Panel.NOTICES)
        return "/settings/notifications"

    @get("/battery")
    def battery(self) -> Answer:
        spares = self._runner.host.spares_battery()
        if spares is None:  # there is no such thing here
            return "/self-test"
        family = diagnostics.FAMILIES.get(self._runner.host.maker().strip().lower(), "android")
        return self._page("battery.html", family=family, exempt=not spares)

    @post("/battery/system")
    def battery_panel(self) -> Answer:
        """Have the system ask for the exception, or show where it is made."""
        self._runner.host.open_panel(Panel.BATTERY)
        return "/battery"

    # --- what a doubting owner may want to see -----------------------------------------------------

    @get("/self-test")
    def self_test(self) -> Answer:
        runner = self._runner
        try:
            runner.choose(language=runner.choices().language)
            can_write = True
        except StorageError:
            can_write = False
        proofs = diagnostics.self_test(
            runner.facts(), runner.phone.status(), can_write, len(runner.settings.trusted_keys), self._language()
        )
        return self._page("self_test.html", proofs=proofs)

    def _diagnostics(self) -> list[tuple[str, str]]:
        runner = self._runner
        status = runner.phone.status()
        return list(diagnostics.diagnostics(runner.facts(), status, runner.settings, status.days))

    @get("/settings/stored")
    def stored(self) -> Answer:
        runner = self._runner
        number = runner.stores.number.read()
        facts = diagnostics.stored(runner.phone.status(), runner.facts(), number, self._language())
        return self._page("stored.html", stored=facts)

    @get("/settings/diagnostics")
    def diagnostics_page(self) -> Answer:
        return self._page("diagnostics.html", lines=self._diagnostics())

    @get("/settings/diagnostics.txt")
    def diagnostics_file(self) -> Answer:
        text = "".join(f"{name}: {value}\n" for name, value in self._diagnostics())
        return PlainTextResponse(text, headers=as_file("bluezone-diagnostics.txt"))

    @get("/settings/export")
    def export(self) -> Answer:
        lines = data_export.lines(self._runner)
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=as_file("bluezone.jsonl"))

    # --- deleting all -----------------------------------------------------------------------------

    @get("/settings/delete")
    def ask_delete(self) -> Answer:
        return self._page("delete.html", number=self._runner.stores.number.read())

    @post("/settings/delete", anyone=True)
    def delete(self, form: Fields) -> Answer:
        """Delete all, also where the authority cannot be reached and keeps the owner's number."""
        if form.get("sure") != "yes":
            return "/settings/delete"
        language, number_left = self._language(), False
        try:
            self._runner.forget_number()
        except PhoneError:
            number_left = True
        from_thread.run(self._runner.delete_all)
        self._runner.choose(language=language.code)
        return self._page("deleted.html", number_left=number_left)

    # --- one question -----------------------------------------------------------------------------

    @get("/settings/{name}")
    def question(self, name: str) -> Answer:
        """Show one question of the settings; after the addresses that are none, which it would hide."""
        facts, language = self._runner.facts(), self._language()
        found = settings.question(name, facts, language)
        if found is None:
            raise HTTPException(404)
        is_notices = name == "notifications"
        return self._page(
            "setting.html",
            question=found,
            back=f"/settings/{name}",
            way_text=diagnostics.way_text(facts.notices, language) if is_notices else "",
            asks_browser=is_notices and facts.notices.way is Way.BROWSER,
            notices_refused=facts.choices.notifications is True and facts.notices.allowed is False,
        )
