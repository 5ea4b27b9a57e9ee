"""Show somebody in isolation their days and what they declared, and keep the code that stands for them."""

from __future__ import annotations

from collections.abc import Mapping

from bluezone.forms.shipped import DAILY
from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.stores.declaration_store import Link
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, get, post
from bluezone.phone.web.presenters import declare
from bluezone.protocol.health_declarations import read_link


class IsolationScreens(Screens):
    """Lead to the daily declaration; the form itself is drawn by `DeclareScreens`."""

    @get("/isolation")
    def screen(self, query: Mapping[str, str]) -> Answer:
        """Ask for the code; else show the days, today's declaration and those before."""
        return self._screen(given=query.get("given", "")[:60])

    def _screen(self, *, given: str = "", problem: str = "") -> Answer:
        language, store = self._language(), self._runner.stores.declarations
        now, link = language.local(self._runner.clock()), store.link()
        declared = [each for each in store.declarations() if each.link]
        return self._page(
            "isolation.html",
            link=link,
            given=given,
            problem=problem,
            form=DAILY,
            days=declare.days(link, now.date(), language) if link else "",
            rows=declare.declared(declared, {}, language),
            today_done=declare.is_declared(declared, now.date().isoformat()),
            is_late=now.hour >= declare.ASKED_BEFORE_HOUR,
            authority_known=knows_authority(self._runner.phone),
        )

    @post("/isolation/code")
    def give_code(self, form: Fields) -> Answer:
        text = form.get("code", "")[:200]
        code, _ = read_link(text), self._language().gettext
        if not code:
            problem = _("This is not the code of an isolation. It stands on your letter: 16 letters and digits.")
            return self._screen(given=text[:60], problem=problem)
        self._runner.stores.declarations.keep_link(Link(code, self._runner.clock()))
        return "/isolation"

    @post("/isolation/forget")
    def forget(self) -> Answer:
        self._runner.stores.declarations.forget_link()
        return "/isolation"
