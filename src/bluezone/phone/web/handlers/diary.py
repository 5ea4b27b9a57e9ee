"""Handle the diary of places: check in, leave, type by hand, show to an officer, and what a warned visit means."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.app import sharing_check_ins
from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.stores.diary_store import DiaryPlace
from bluezone.phone.web.handlers.base import GET, POST, Handlers, form_of, see
from bluezone.phone.web.presenters import diary
from bluezone.protocol.check_ins import VEHICLES


class DiaryHandlers(Handlers):
    """Keep where the owner was on this phone: no address here sends anything."""

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/diary", agreed(self.screen), methods=GET),
            Route("/diary/in", agreed(self.ask), methods=GET),
            Route("/diary/in", self.check_in, methods=POST),
            Route("/diary/typed", agreed(self.typed_page), methods=GET),
            Route("/diary/typed", self.typed, methods=POST),
            Route("/diary/show", agreed(self.show), methods=GET),
            Route("/diary/{number:int}/leave", self.leave, methods=POST),
            Route("/diary/{number:int}/forget", self.forget, methods=POST),
            Route("/diary/{number:int}/warning", agreed(self.warning), methods=GET),
        ]

    def screen(self, request: Request) -> Response:
        """Show where the owner is now, and was."""
        stores, now_s = self._runner.stores, self._runner.clock()
        return self._page(
            "diary.html",
            diary=diary.diary(stores.diary.visits(), stores.places.alerts(), now_s, self._language()),
            may_share=bool(sharing_check_ins.offered(self._runner.phone)),
            declares_journeys=knows_authority(self._runner.phone),
        )

    # --- in -----------------------------------------------------------------------------------------

    def ask(self, request: Request) -> Response:
        """Show the place of a code, before anything is noted."""
        scanned = diary.given(request.query_params)
        if scanned is None:
            return see("/scan?for=diary")
        stay = diary.stay_text(scanned.place.usual_stay_min, self._language())
        return self._page(
            "diary_in.html",
            place=scanned.place,
            stay=stay,
            text=request.query_params["text"],
            question=diary.question(scanned.place.kind, self._language()),
            on_vehicle=scanned.place.kind in VEHICLES,
        )

    async def check_in(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._check_in, form)

    def _check_in(self, form: dict[str, str]) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        scanned = diary.given(form)
        if scanned is None:
            return see("/scan?for=diary")
        place = scanned.place
        kept = DiaryPlace(
            place.description,
            place.address,
            place.location_id.hex(),
            scanned.unit_code,
            diary.along(form.get("along", "")),
            kind=place.kind,
            seat=diary.seat(form.get("seat", "")) if place.kind in VEHICLES else "",
        )
        self._arrive(kept, 60 * place.usual_stay_min)
        return see("/diary")

    def _arrive(self, place: DiaryPlace, usual_stay_s: int) -> None:
        """Note that the owner came, and left wherever they were: nobody is at two places."""
        with self._runner.exclusive() as phone:
            store, now_s = phone.stores.diary, phone.clock()
            store.leave([visit.number for visit in store.visits() if visit.goes_on(now_s)], now_s)
            store.add(place, now_s, now_s + usual_stay_s)

    # --- by hand ------------------------------------------------------------------------------------

    def typed_page(self, request: Request) -> Response:
        return self._typed_page({})

    def _typed_page(self, given: dict[str, str], problem: str = "") -> Response:
        default = diary.local_text(self._runner.clock(), self._settings.zone)
        values = {
            name: given.get(name, "")[: diary.MAX_TYPED] for name in ("place", "address", "came", "left", "along")
        }
        values["came"] = values["came"] or default
        return self._page("diary_typed.html", 422 if problem else 200, given=values, problem=problem)

    async def typed(self, request: Request) -> Response:
        form = await form_of(request)
        return await run_in_threadpool(self._typed, form)

    def _typed(self, form: dict[str, str]) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        read = diary.read_typed(form, self._runner.clock(), self._settings.zone, self._language())
        if read.problem:
            return self._typed_page(form, read.problem)
        with self._runner.exclusive() as phone:
            store = phone.stores.diary
            if read.left_at_s is None and read.usual_until_s > phone.clock():
                store.leave([each.number for each in store.visits() if each.goes_on(phone.clock())], read.came_at_s)
            store.add(read.place, read.came_at_s, read.usual_until_s, read.left_at_s)
        return see("/diary")

    # --- out, and away ------------------------------------------------------------------------------

    async def leave(self, request: Request) -> Response:
        await run_in_threadpool(self._leave, request.path_params["number"])
        return see("/diary")

    def _leave(self, number: int) -> None:
        with self._runner.exclusive() as phone:
            phone.stores.diary.leave([number], phone.clock())

    async def forget(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.stores.diary.forget, request.path_params["number"])
        return see("/diary")

    # --- to look at ---------------------------------------------------------------------------------

    def show(self, request: Request) -> Response:
        """Show the whole diary, large, for an officer to read off this screen."""
        stores, now_s = self._runner.stores, self._runner.clock()
        shown = diary.diary(stores.diary.visits(), stores.places.alerts(), now_s, self._language())
        return self._page("diary_show.html", diary=shown)

    def warning(self, request: Request) -> Response:
        """Say that the owner was at a place while somebody who tested positive was, and what to do."""
        stores, phone = self._runner.stores, self._runner.phone
        number = request.path_params["number"]
        alert = next((each for each in stores.places.alerts() if each.visit == number), None)
        if alert is None:
            return see("/diary")
        self._runner.place_warning_was_opened(alert)
        settings, now_s = phone.settings, self._runner.clock()
        _, days = stores.places.rule(settings.region, settings.trusted_keys, now_s)
        screen = diary.warning(alert, days, self._language())
        return self._page("place_warning.html", screen=screen, hotline=self._settings.hotline)
