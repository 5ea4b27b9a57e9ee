"""Handle health declarations by a form: for whom, which form, filling it in, with drafts that survive."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bluezone.forms import communes, prefilling, versions, words
from bluezone.forms.answers import Edge, Reading, read_answers
from bluezone.forms.definition import Form, Use, said
from bluezone.forms.rendering import SHOWN, has_more_questions, render_fields
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.app.tasks import guidance_areas_of
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.diary_store import Visit
from bluezone.phone.stores.form_store import FormText
from bluezone.phone.stores.health_declaration_store import Draft, StoredDeclaration
from bluezone.phone.stores.household_store import Person
from bluezone.phone.web.handlers.base import GET, POST, Handlers, see
from bluezone.phone.web.presenters import declare, passes
from bluezone.phone.web.presenters.declare import ME, NEW
from bluezone.protocol.health_declarations import DECLARATION_BYTES, MOST_LETTERS, MOST_VALUES

_MOST_FIELDS = 1_000
_log = logging.getLogger(__name__)

Lists = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Filling:
    """Hold a form as somebody fills it in."""

    slot: str
    text: FormText
    draw: str
    given: Lists = field(default_factory=dict, repr=False)
    reading: Reading = field(default_factory=Reading, repr=False)
    problem: str = ""
    notice: str = ""
    #: of a declaration that is corrected, its number
    correcting: int = 0

    @property
    def form(self) -> Form:
        return self.text.form


class DeclareHandlers(Handlers):
    """Draw the forms that the authority has signed, and keep what is typed on this phone until it is sent."""

    def routes(self) -> list[Route]:
        agreed = self._agreed
        return [
            Route("/declare", agreed(self.screen), methods=GET),
            Route("/declare/communes", agreed(self.commune_names), methods=GET),
            Route("/declare/journey/{visit:int}", agreed(self.journey), methods=GET),
            Route("/declare/for/{slot}", agreed(self.choose_form), methods=GET),
            Route("/declare/for/{slot}/{form}", agreed(self.fill_in), methods=GET),
            Route("/declare/for/{slot}/{form}", self.declare, methods=POST),
            Route("/declare/draft/{slot}/{form}", self.keep_draft, methods=POST),
            Route("/declare/draft/{slot}/{form}/drop", self.drop_draft, methods=POST),
            Route("/declare/people/{number:int}/forget", self.forget_person, methods=POST),
        ]

    # --- what is known ------------------------------------------------------------------------------

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._runner.clock(), self._settings.zone).date()

    def _edge(self) -> Edge:
        return Edge(self._today())

    def _offered(self) -> dict[str, FormText]:
        """Return the forms that may be filled in today, by name."""
        stores, settings = self._runner.stores, self._runner.settings
        known = stores.forms.forms(settings.region, settings.trusted_keys)
        every = {(each.form.form, each.form.version): each for each in known}
        areas = [area for area in guidance_areas_of(self._runner.choices()) if area]
        offered = versions.offered([each.form for each in every.values()], self._today(), areas)
        return {form.form: every[form.form, form.version] for form in offered}

    def _form(self, request: Request) -> tuple[str, FormText]:
        """Return for whom and which form an address means. Raises 404 for one that is not offered."""
        slot, name = request.path_params["slot"], request.path_params["form"]
        found = self._offered().get(name)
        if found is None or not self._is_slot(slot):
            raise HTTPException(404)
        return slot, found

    def _is_slot(self, slot: str) -> bool:
        return slot in (ME, NEW) or self._person(slot) is not None

    def _person(self, slot: str) -> Person | None:
        store = self._runner.stores.household
        if slot == ME:
            return store.owner()
        return store.person(int(slot)) if slot.isascii() and slot.isdecimal() and len(slot) < 10 else None

    def _draw(self) -> str:
        return self._runner.phone.entropy(DECLARATION_BYTES).hex()

    def _first_given(self, slot: str, form: Form) -> Lists:
        """Return what a form begins with: what is known of the person, else what a household has in common."""
        person, household = self._person(slot), self._runner.stores.household
        choices = self._runner.choices()
        common: dict[Use, str] = {Use.NATIONALITY: "VN"} if choices.language == "vi" else {}
        if choices.commune:
            common[Use.COMMUNE] = choices.commune
        given = prefilling.given_from(form, common)
        known = household.owner() or next(iter(household.people()), None)
        if known is not None:
            given |= prefilling.given_from(form, known.known, prefilling.SHARED)
        return given | (prefilling.given_from(form, person.known) if person is not None else {})

    # --- for whom, and which form -------------------------------------------------------------------

    def screen(self, request: Request) -> Response:
        """Ask for whom one declares, and list what was declared."""
        stores, language = self._runner.stores, self._language()
        titles = {name: said(each.form.title, language.code) for name, each in self._offered().items()}
        declared, code = stores.declarations.declarations(), words.language_of(language.code)
        return self._page(
            "declare.html",
            rows=declare.people(stores.household.people(), language),
            passes=passes.rows(declared, self._runner.clock(), code, self._settings.zone, language),
            declared=declare.declared(declared, titles, language),
            authority_known=knows_authority(self._runner.phone),
        )

    def choose_form(self, request: Request) -> Response:
        """Ask which form; where there is one only, open it."""
        slot = request.path_params["slot"]
        if not self._is_slot(slot):
            raise HTTPException(404)
        owner, person = self._runner.stores.household.owner(), self._person(slot)
        is_owner = slot == ME or (owner is not None and person is not None and owner.number == person.number)
        offered = [each.form for each in self._offered().values() if is_owner or each.form.for_another]
        if len(offered) == 1:
            return see(f"/declare/for/{slot}/{offered[0].form}")
        rows = declare.forms(offered, slot, self._runner.stores.declarations.drafts(), self._language())
        return self._page("declare_form.html", rows=rows, name=person.name if person else "")

    def journey(self, request: Request) -> Response:
        """Ask who travels on a vehicle whose code was scanned; the form of journeys is filled in from the scan."""
        visit, form = self._visit(str(request.path_params["visit"])), self._form_of_journeys()
        if visit is None or form is None:
            raise HTTPException(404)
        rows = declare.people(self._runner.stores.household.people(), self._language())
        path = f"/{form.form}?visit={visit.number}"
        return self._page("declare_journey.html", rows=rows, path=path, name=visit.place.description)

    def _form_of_journeys(self) -> Form | None:
        """Return the form that asks for a vehicle; None where none is in use."""
        return next((each.form for each in self._offered().values() if each.form.used(Use.VEHICLE)), None)

    def _visit(self, number: str) -> Visit | None:
        visits = self._runner.stores.diary.visits() if number.isascii() and number.isdecimal() else []
        return next((each for each in visits if str(each.number) == number), None)

    def _of_journey(self, form: Form, request: Request) -> Lists:
        """Return what a form takes from the code of a vehicle that was scanned: what it is and is called, the day, and
        the seat that its owner noted."""
        visit, vehicle = self._visit(request.query_params.get("visit", "")), form.used(Use.VEHICLE)
        if visit is None or vehicle is None:
            return {}
        day = dt.datetime.fromtimestamp(visit.came_at_s, self._settings.zone).date()
        place, means = visit.place, form.used(Use.MEANS)
        known = {Use.VEHICLE: place.description[: vehicle.most], Use.DEPARTURE: day.isoformat(), Use.SEAT: place.seat}
        kind = declare.MEANS.get(place.kind, "")
        if means is not None and kind in {each.value for each in means.options}:
            known[Use.MEANS] = kind
        return prefilling.given_from(form, known)

    def commune_names(self, request: Request) -> Response:
        """Return the names of communes that a text may mean, from this phone's own list."""
        found = communes.search(request.query_params.get("q", ""))
        return JSONResponse({"names": [each.full_name for each in found]})

    # --- filling it in ------------------------------------------------------------------------------

    def fill_in(self, request: Request) -> Response:
        """Show the form with what is known, or with the draft that was begun."""
        slot, text = self._form(request)
        draft = self._runner.stores.declarations.draft(slot, text.form.form)
        if draft is None:
            given = self._first_given(slot, text.form) | self._of_journey(text.form, request)
            return self._form_page(Filling(slot, text, self._draw(), given), request)
        filling = Filling(slot, text, draft.draw, {name: [*each] for name, each in draft.given.items()})
        if draft.version == text.form.version:
            notice = self._language().gettext("You began this before. Your answers are still here.")
            return self._form_page(replace(filling, notice=notice), request)
        return self._form_page(self._carried(filling), request)

    def _carried(self, filling: Filling) -> Filling:
        """Put answers that were given to another version of the form into this one."""
        carried = prefilling.carried_over(filling.form, filling.given, self._edge())
        notice = declare.carried_text(len(carried.left_out), self._language())
        return replace(filling, given=carried.given, notice=notice)

    def _form_page(self, filling: Filling, request: Request, status: int = 200, code: str = "") -> Response:
        code = words.language_of(code or request.query_params.get("lang", "") or self._language().code)
        reading = filling.reading
        if not reading.asked:  # nothing was read: show what is asked, and no faults
            found = read_answers(filling.form, filling.given, self._edge())
            reading = Reading(found.answers, {}, found.asked)
        given = prefilling.with_masked_documents(filling.form, filling.given)
        action = f"/declare/{filling.correcting}/correct" if filling.correcting else self._address(filling)
        person = self._person(filling.slot)
        return self._page(
            "declare_fill.html",
            status,
            code=code,
            languages_of_forms=words.LANGUAGES,
            w=words.plain(code),
            title=said(filling.form.title, code),
            intro=said(filling.form.intro, code),
            law=said(filling.form.law, code),
            kept=words.say(code, "kept_days", days=filling.form.retention_days),
            fields=render_fields(filling.form, code, given, reading),
            name=person.name if person is not None else "",
            action=action,
            filling=filling,
            version=filling.form.version,
        )

    def _address(self, filling: Filling) -> str:
        return f"/declare/for/{filling.slot}/{filling.form.form}"

    async def declare(self, request: Request) -> Response:
        return await run_in_threadpool(self._declare, request, await lists_of(request))

    def _declare(self, request: Request, sent: Lists) -> Response:
        if self._runner.choices().agreed_at_s is None:
            return see("/welcome")
        slot, text = self._form(request)
        filling = self._sent(Filling(slot, text, _draw_of(sent) or self._draw()), sent, self._whole(slot, text.form))
        page = self._looked_at(filling, request, sent)
        if page is not None:
            self._keep(filling)
            return page
        return see(f"/declare/{self._write(filling)}")

    def _whole(self, slot: str, form: Form) -> Lists:
        """Return what is known of somebody, the numbers of documents whole, of which pages show the end."""
        person, draft = self._person(slot), self._runner.stores.declarations.draft(slot, form.form)
        known = prefilling.given_from(form, person.known) if person is not None else {}
        return known | ({name: [*values] for name, values in draft.given.items()} if draft is not None else {})

    def _sent(self, filling: Filling, sent: Lists, whole: Lists) -> Filling:
        """Return a form with what a page sent; `whole`: the numbers of documents of which it showed the end."""
        names = {each.name for each in filling.form.fields} | {SHOWN}
        given = {name: values[:MOST_VALUES] for name, values in sent.items() if name in names}
        known = {name: values[0] for name, values in whole.items() if values}
        given = prefilling.with_whole_documents(filling.form, given, known)
        if _first(sent, "_version") != str(filling.form.version):  # published while somebody was typing
            return self._carried(replace(filling, given=given))
        return replace(filling, given=given)

    def _looked_at(self, filling: Filling, request: Request, sent: Lists) -> Response | None:
        """Return the page once more where something is missing, wrong or new; None for what can be declared."""
        code = words.language_of(_first(sent, "_switch") or _first(sent, "_language") or self._language().code)
        if "_switch" in sent:
            return self._form_page(filling, request, code=code)
        reading = read_answers(filling.form, filling.given, self._edge())
        if not reading.is_whole:
            problem = words.say(code, "faults", count=len(reading.faults))
            return self._form_page(replace(filling, reading=reading, problem=problem), request, 422, code)
        if filling.notice or has_more_questions(filling.given, reading):
            problem = filling.notice or words.say(code, "more_questions")
            return self._form_page(replace(filling, reading=reading, problem=problem, notice=""), request, 200, code)
        return None

    def _write(self, filling: Filling) -> int:
        """Write a declaration down and try to send it; return its number. The form's draw is its id: pressed twice it
        is one."""
        answers = read_answers(filling.form, filling.given, self._edge()).answers
        plain = {name: each if isinstance(each, str) else [*each] for name, each in answers.items()}
        known = prefilling.known_of(filling.form, answers)
        now_s, is_owner = self._runner.clock(), filling.slot == ME
        with self._runner.exclusive() as phone:
            household, store = phone.stores.household, phone.stores.declarations
            person = self._person(filling.slot)
            is_owner = is_owner or (person is not None and person.is_owner)
            remembered = {**(person.known if person else {}), **known}
            again = any(each.draw == filling.draw for each in store.declarations())
            number = person.number if person is not None else None
            if not again:
                number = household.remember(number, remembered, now_s, is_owner=is_owner)
            row = StoredDeclaration(
                draw=filling.draw,
                form=filling.form.form,
                version=filling.form.version,
                day=self._today().isoformat(),
                person=known.get(Use.NAME, ""),
                written_at_s=now_s,
                answers=plain,
                slot=str(number or filling.slot),
                other=not is_owner,
            )
            written = store.add(row, filling.text)
            store.drop_draft(filling.slot, filling.form.form)
            self._try_to_send(phone)
        return written

    def _try_to_send(self, phone: Phone) -> None:
        if not knows_authority(phone):
            return
        try:
            phone.health_declarer(self._runner.client).send_waiting(after_tap=True)
        except PhoneError as error:
            _log.warning("what waits is sent later: %s", type(error).__name__)

    # --- drafts, and people -------------------------------------------------------------------------

    async def keep_draft(self, request: Request) -> Response:
        """Keep what is typed so far; a page sends it now and then, and before it goes."""
        return await run_in_threadpool(self._keep_draft, request, await lists_of(request))

    def _keep_draft(self, request: Request, sent: Lists) -> Response:
        if self._runner.choices().agreed_at_s is None:
            raise HTTPException(403)
        slot, text = self._form(request)
        draw = _draw_of(sent)
        stored = self._runner.stores.declarations.declarations()
        if draw and not any(draw in (each.draw, each.next_draw) for each in stored):  # else it was sent a moment ago
            self._keep(self._sent(Filling(slot, text, draw), sent, self._whole(slot, text.form)))
        return Response(status_code=204)

    def _keep(self, filling: Filling) -> None:
        given = {name: values for name, values in filling.given.items() if name != SHOWN}
        draft = Draft(filling.slot, filling.form.form, filling.form.version, filling.draw, given)
        with self._runner.exclusive() as phone:
            phone.stores.declarations.keep_draft(draft, self._runner.clock())

    async def drop_draft(self, request: Request) -> Response:
        slot, name = request.path_params["slot"], request.path_params["form"]
        await run_in_threadpool(self._runner.stores.declarations.drop_draft, slot, name)
        return see(f"/declare/for/{slot}/{name}")

    async def forget_person(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.stores.household.forget, request.path_params["number"])
        return see("/declare")


def _first(sent: Mapping[str, list[str]], name: str) -> str:
    return next(iter(sent.get(name, ())), "")


def _draw_of(sent: Lists) -> str:
    """Return the id that a page carries, in hex; nothing for what is none."""
    text = _first(sent, "_draw")
    try:
        return text if len(bytes.fromhex(text)) == DECLARATION_BYTES and len(text) == 2 * DECLARATION_BYTES else ""
    except ValueError:
        return ""


async def lists_of(request: Request) -> Lists:
    """Return every value of each field of a form (the guard bounds its length); nothing where there are too many."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name: [value[: 2 * MOST_LETTERS] for value in values] for name, values in fields.items()}
