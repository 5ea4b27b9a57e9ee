"""Handle the diary of places: check in, leave, type by hand, show to an officer; what a warned visit means; giving
check-ins after a positive test."""

from __future__ import annotations

from collections.abc import Mapping

from bluezone.phone.app import reporting
from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.client.reports import send_check_ins
from bluezone.phone.stores.diary_store import DiaryPlace
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, get, post
from bluezone.phone.web.presenters import diary
from bluezone.protocol.check_ins import VEHICLES
from bluezone.protocol.kinds import PLACE_POLICY, PlacePolicy


class DiaryScreens(Screens):
    """Keep where the owner was on this phone: nothing of it leaves without a tick and a yes at `/check-ins`."""

    def _diary(self) -> diary.Diary:
        stores = self._runner.stores
        return diary.diary(stores.diary.visits(), stores.places.alerts(), self._runner.clock(), self._language())

    @get("/diary")
    def screen(self) -> Answer:
        """Show where the owner is now, and was."""
        phone = self._runner.phone
        may_share, declares = bool(reporting.offered_check_ins(phone)), knows_authority(phone)
        return self._page("diary.html", diary=self._diary(), may_share=may_share, declares_journeys=declares)

    @get("/diary/show")
    def show(self) -> Answer:
        """Show the whole diary, large, for an officer to read off this screen."""
        return self._page("diary_show.html", diary=self._diary())

    # --- in -----------------------------------------------------------------------------------------

    @get("/diary/in")
    def ask(self, query: Mapping[str, str]) -> Answer:
        """Show the place of a code, before anything is noted."""
        scanned = diary.given(query)
        if scanned is None:
            return "/scan?for=diary"
        return self._page(
            "diary_in.html",
            place=scanned.place,
            stay=diary.stay_text(scanned.place.usual_stay_min, self._language()),
            text=query["text"],
            question=diary.question(scanned.place.kind, self._language()),
            on_vehicle=scanned.place.kind in VEHICLES,
        )

    @post("/diary/in")
    def check_in(self, form: Fields) -> Answer:
        """Note that the owner came, and left wherever they were: nobody is at two places."""
        scanned = diary.given(form)
        if scanned is None:
            return "/scan?for=diary"
        place = scanned.place
        kept = DiaryPlace(
            place.description,
            place.address,
            place.location_id.hex(),
            scanned.unit_code,
            diary.kept_text(form, "along"),
            kind=place.kind,
            seat=diary.kept_text(form, "seat") if place.kind in VEHICLES else "",
        )
        with self._runner.exclusive() as phone:
            store, now_s = phone.stores.diary, phone.clock()
            store.leave([visit.number for visit in store.visits() if visit.goes_on(now_s)], now_s)
            store.add(kept, now_s, now_s + 60 * place.usual_stay_min)
        return "/diary"

    # --- by hand ------------------------------------------------------------------------------------

    @get("/diary/typed")
    def ask_typed(self) -> Answer:
        return self._typed_page({})

    def _typed_page(self, form: Mapping[str, str], problem: str = "") -> Answer:
        names = ("place", "address", "came", "left", "along")
        given = {name: form.get(name, "")[: diary.MAX_TYPED] for name in names}
        given["came"] = given["came"] or diary.local_text(self._runner.clock(), self._settings.zone)
        return self._page("diary_typed.html", given=given, problem=problem)

    @post("/diary/typed")
    def typed(self, form: Fields) -> Answer:
        read = diary.read_typed(form, self._runner.clock(), self._settings.zone, self._language())
        if read.problem:
            return self._typed_page(form, read.problem)
        with self._runner.exclusive() as phone:
            store = phone.stores.diary
            if read.left_at_s is None and read.usual_until_s > phone.clock():
                store.leave([each.number for each in store.visits() if each.goes_on(phone.clock())], read.came_at_s)
            store.add(read.place, read.came_at_s, read.usual_until_s, read.left_at_s)
        return "/diary"

    # --- out, and away ------------------------------------------------------------------------------

    @post("/diary/{number:int}/leave")
    def leave(self, number: int) -> Answer:
        with self._runner.exclusive() as phone:
            phone.stores.diary.leave([number], phone.clock())
        return "/diary"

    @post("/diary/{number:int}/forget")
    def forget(self, number: int) -> Answer:
        self._runner.stores.diary.forget(number)
        return "/diary"

    @get("/diary/{number:int}/warning")
    def warning(self, number: int) -> Answer:
        """Say that the owner was at a place while somebody who tested positive was, and what to do."""
        stores = self._runner.stores
        alert = next((each for each in stores.places.alerts() if each.visit == number), None)
        if alert is None:
            return "/diary"
        self._runner.place_warning_was_opened(alert)
        rule = stores.documents.content(PLACE_POLICY, self._runner.clock()) or PlacePolicy()
        return self._page("place_warning.html", screen=diary.warning(alert, rule.watch_days, self._language()))

    # --- giving check-ins: a second yes, apart from that to the keys ----------------------------------

    @get("/check-ins")
    def ask_check_ins(self) -> Answer:
        """List the check-ins that can be given, none of them ticked, and say what would leave."""
        return self._check_ins_page()

    def _check_ins_page(self, problem: str = "") -> Answer:
        language = self._language()
        said = diary.check_ins_text(self._runner.stores.check_ins.read(), language)
        offered = reporting.offered_check_ins(self._runner.phone)
        if not offered and not said:
            return "/positive"
        days = diary.check_ins(offered, self._runner.clock(), language)
        return self._page("check_ins.html", days=days, said=said, problem=problem)

    @post("/check-ins")
    def give_check_ins(self, form: Fields) -> Answer:
        """Give nothing that its owner has not read and ticked."""
        if form.get("consent") != "yes":
            return "/positive"
        with self._runner.exclusive() as phone:
            if reporting.give_check_ins(phone, diary.chosen(form)):
                self._try_to_send(lambda: phone.send(send_check_ins, self._runner.client, after_tap=True))
                return "/check-ins"
        return self._check_ins_page(self._language().gettext("Please tick at least one place, or “Not now”."))
