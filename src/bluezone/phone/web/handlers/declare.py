"""Handle health declarations by a form: for whom, which form, filling it in, with drafts that survive; what one leads
to, whether it has arrived, correcting it, taking it back; and the days of somebody in isolation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bluezone.forms import communes, prefilling, versions, words
from bluezone.forms.answers import Edge, Reading, read_answers
from bluezone.forms.conditions import Answers
from bluezone.forms.definition import Form, Use, said
from bluezone.forms.rendering import SHOWN, given_of, has_more_questions, render_answers, render_fields
from bluezone.forms.shipped import DAILY
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import areas_of, knows_authority
from bluezone.phone.client.declarations import confirmed, corrected, send_declarations, withdrawn
from bluezone.phone.stores.declaration_store import LINK, WRONG_CODE, Draft, Link, Next, Person, StoredDeclaration
from bluezone.phone.stores.declaration_store import Answer as StoredAnswer
from bluezone.phone.stores.diary_store import Visit
from bluezone.phone.stores.documents import FormText
from bluezone.phone.stores.records import Stage
from bluezone.phone.web.handlers.base import Answer, Fields, Screens, get, post
from bluezone.phone.web.presenters import declare
from bluezone.phone.web.presenters.declare import ME, NEW
from bluezone.protocol.health_declarations import DECLARATION_BYTES, MOST_LETTERS, MOST_VALUES, read_link
from bluezone.protocol.kinds import FORMS
from bluezone.protocol.one_time_codes import groups
from bluezone.protocol.phone_numbers import CODE_DIGITS

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


class DeclareScreens(Screens):
    """Draw the forms that the authority has signed, and keep what is typed on this phone until it is sent."""

    # --- what is known ------------------------------------------------------------------------------

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._runner.clock(), self._settings.zone).date()

    def _edge(self) -> Edge:
        return Edge(self._today(), self._runner.phone.settings.country.telephone)

    def _offered(self) -> dict[str, FormText]:
        """Return the forms that may be filled in today, by name."""
        known = self._runner.stores.documents.forms()
        every = {(each.form.form, each.form.version): each for each in known}
        areas = [area for area in areas_of(FORMS, self._runner.choices()) if area]
        offered = versions.offered([each.form for each in every.values()], self._today(), areas)
        return {form.form: every[form.form, form.version] for form in offered}

    def _form(self, slot: str, name: str) -> FormText:
        """Return the form that an address means: of who is in isolation its questions on health. Raises 404 for one
        that is not offered, or for nobody known."""
        found = self._offered().get(name)
        if found is None or not self._is_slot(slot) or (slot == LINK and name != DAILY):
            raise HTTPException(404)
        return replace(found, form=prefilling.health_only(found.form)) if slot == LINK else found

    def _is_slot(self, slot: str) -> bool:
        if slot == LINK:
            return self._runner.stores.declarations.link() is not None
        return slot in (ME, NEW) or self._person(slot) is not None

    def _person(self, slot: str) -> Person | None:
        store = self._runner.stores.household
        if slot == ME:
            return store.owner()
        return store.get(int(slot)) if slot.isascii() and slot.isdecimal() and len(slot) < 10 else None

    def _draw(self) -> str:
        return self._runner.phone.entropy(DECLARATION_BYTES).hex()

    def _first_given(self, slot: str, form: Form) -> Lists:
        """Return what a form begins with: what is known of the person, else what a household has in common."""
        person, household = self._person(slot), self._runner.stores.household
        choices, settings = self._runner.choices(), self._runner.phone.settings
        common: dict[Use, str] = {}
        if choices.language == settings.language:
            common[Use.NATIONALITY] = settings.country.iso
        if choices.commune:
            common[Use.COMMUNE] = choices.commune
        given = prefilling.given_from(form, common)
        known = household.owner() or next(iter(household.people()), None)
        if known is not None:
            given |= prefilling.given_from(form, known.known, prefilling.SHARED)
        return given | (prefilling.given_from(form, person.known) if person is not None else {})

    # --- for whom, and which form -------------------------------------------------------------------

    @get("/declare")
    def screen(self) -> Answer:
        """Ask for whom one declares, and list what was declared."""
        stores, language = self._runner.stores, self._language()
        titles = {name: said(each.form.title, language.code) for name, each in self._offered().items()}
        declared, code = stores.declarations.declarations(), words.language_of(language.code)
        return self._page(
            "declare.html",
            rows=declare.people(stores.household.people(), language),
            passes=declare.passes(declared, self._runner.clock(), code, language),
            declared=declare.declared(declared, titles, language),
            authority_known=knows_authority(self._runner.phone),
        )

    @get("/declare/for/{slot}")
    def choose_form(self, slot: str) -> Answer:
        """Ask which form; where there is one only, open it."""
        if slot == LINK or not self._is_slot(slot):
            raise HTTPException(404)
        owner, person = self._runner.stores.household.owner(), self._person(slot)
        is_owner = slot == ME or (owner is not None and person is not None and owner.number == person.number)
        offered = [each.form for each in self._offered().values() if is_owner or each.form.for_another]
        if len(offered) == 1:
            return f"/declare/for/{slot}/{offered[0].form}"
        rows = declare.forms(offered, slot, self._runner.stores.declarations.drafts(), self._language())
        return self._page("declare_form.html", rows=rows, name=person.name if person else "")

    @get("/declare/journey/{visit:int}")
    def journey(self, visit: int) -> Answer:
        """Ask who travels on a vehicle whose code was scanned; the form of journeys is filled in from the scan."""
        found = self._visit(str(visit))
        form = next((each.form for each in self._offered().values() if each.form.used(Use.VEHICLE)), None)
        if found is None or form is None:
            raise HTTPException(404)
        rows = declare.people(self._runner.stores.household.people(), self._language())
        path = f"/{form.form}?visit={visit}"
        return self._page("declare_journey.html", rows=rows, path=path, name=found.place.description)

    def _visit(self, number: str) -> Visit | None:
        visits = self._runner.stores.diary.visits() if number.isascii() and number.isdecimal() else []
        return next((each for each in visits if str(each.number) == number), None)

    def _of_journey(self, form: Form, visited: str) -> Lists:
        """Return what a form takes from the code of a vehicle that was scanned: what it is and is called, the day, and
        the seat that its owner noted."""
        visit, vehicle = self._visit(visited), form.used(Use.VEHICLE)
        if visit is None or vehicle is None:
            return {}
        day = dt.datetime.fromtimestamp(visit.came_at_s, self._settings.zone).date()
        place, means = visit.place, form.used(Use.MEANS)
        known = {Use.VEHICLE: place.description[: vehicle.most], Use.DEPARTURE: day.isoformat(), Use.SEAT: place.seat}
        kind = declare.MEANS.get(place.kind, "")
        if means is not None and kind in {each.value for each in means.options}:
            known[Use.MEANS] = kind
        return prefilling.given_from(form, known)

    @get("/declare/communes")
    def commune_names(self, query: Mapping[str, str]) -> Answer:
        """Return the names of communes that a text may mean, from this phone's own list."""
        found = communes.search(query.get("q", ""))
        return JSONResponse({"names": [each.full_name for each in found]})

    # --- filling it in ------------------------------------------------------------------------------

    @get("/declare/for/{slot}/{name}")
    def fill_in(self, slot: str, name: str, query: Mapping[str, str]) -> Answer:
        """Show the form with what is known, or with the draft that was begun."""
        text, code = self._form(slot, name), query.get("lang", "")
        draft = self._runner.stores.declarations.draft(slot, text.form.form)
        if draft is None:
            given = self._first_given(slot, text.form) | self._of_journey(text.form, query.get("visit", ""))
            return self._form_page(Filling(slot, text, self._draw(), given), code)
        filling = Filling(slot, text, draft.draw, {name: [*each] for name, each in draft.given.items()})
        if draft.version == text.form.version:
            notice = self._language().gettext("You began this before. Your answers are still here.")
            return self._form_page(replace(filling, notice=notice), code)
        return self._form_page(self._carried(filling), code)

    def _carried(self, filling: Filling) -> Filling:
        """Put answers that were given to another version of the form into this one."""
        carried = prefilling.carried_over(filling.form, filling.given, self._edge())
        notice = declare.carried_text(len(carried.left_out), self._language())
        return replace(filling, given=carried.given, notice=notice)

    def _form_page(self, filling: Filling, code: str, status: int = 200) -> Answer:
        code = words.language_of(code or self._language().code)
        reading = filling.reading
        if not reading.asked:  # nothing was read: show what is asked, and no faults
            found = read_answers(filling.form, filling.given, self._edge())
            reading = Reading(found.answers, {}, found.asked)
        given = prefilling.with_masked_documents(filling.form, filling.given)
        address = f"/declare/for/{filling.slot}/{filling.form.form}"
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
            fields=render_fields(filling.form, code, given, reading, self._runner.phone.settings.country),
            name=person.name if person is not None else "",
            action=f"/declare/{filling.correcting}/correct" if filling.correcting else address,
            filling=filling,
            by_link=filling.slot == LINK,
            version=filling.form.version,
        )

    @post("/declare/for/{slot}/{name}")
    def declare(self, form: Fields, slot: str, name: str) -> Answer:
        text = self._form(slot, name)
        filling = self._sent(Filling(slot, text, _draw_of(form) or self._draw()), form, self._whole(slot, text.form))
        page = self._looked_at(filling, form)
        if page is not None:
            self._keep(filling)
            return page
        return f"/declare/{self._write(filling)}"

    def _whole(self, slot: str, form: Form) -> Lists:
        """Return what is known of somebody, the numbers of documents whole, of which pages show the end."""
        person, draft = self._person(slot), self._runner.stores.declarations.draft(slot, form.form)
        known = prefilling.given_from(form, person.known) if person is not None else {}
        return known | ({name: [*values] for name, values in draft.given.items()} if draft is not None else {})

    def _sent(self, filling: Filling, sent: Fields, whole: Lists) -> Filling:
        """Return a form with what a page sent; `whole`: the numbers of documents of which it showed the end."""
        names = {each.name for each in filling.form.fields} | {SHOWN}
        given = {
            name: [value[: 2 * MOST_LETTERS] for value in values[:MOST_VALUES]]
            for name, values in sent.lists.items()
            if name in names
        }
        known = {name: values[0] for name, values in whole.items() if values}
        given = prefilling.with_whole_documents(filling.form, given, known)
        if sent.get("_version") != str(filling.form.version):  # published while somebody was typing
            return self._carried(replace(filling, given=given))
        return replace(filling, given=given)

    def _looked_at(self, filling: Filling, sent: Fields) -> Answer | None:
        """Return the page once more where something is missing, wrong or new; None for what can be declared."""
        code = words.language_of(sent.get("_switch") or sent.get("_language") or self._language().code)
        if "_switch" in sent:
            return self._form_page(filling, code)
        reading = read_answers(filling.form, filling.given, self._edge())
        if not reading.is_whole:
            problem = words.say(code, "faults", count=len(reading.faults))
            return self._form_page(replace(filling, reading=reading, problem=problem), code, 422)
        if filling.notice or has_more_questions(filling.given, reading):
            problem = filling.notice or words.say(code, "more_questions")
            return self._form_page(replace(filling, reading=reading, problem=problem, notice=""), code)
        return None

    def _answers(self, filling: Filling) -> tuple[Answers, dict[str, StoredAnswer]]:
        """Return what was answered, as forms read it and as it is stored."""
        answers = read_answers(filling.form, filling.given, self._edge()).answers
        return answers, {name: each if isinstance(each, str) else [*each] for name, each in answers.items()}

    def _write(self, filling: Filling) -> int:
        """Write a declaration down and try to send it; return its number. The form's draw is its id: pressed twice it
        is one."""
        answers, plain = self._answers(filling)
        known = prefilling.known_of(filling.form, answers)
        now_s, is_owner = self._runner.clock(), filling.slot == ME
        with self._runner.exclusive() as phone:
            household, store = phone.stores.household, phone.stores.declarations
            link = store.link() if filling.slot == LINK else None
            person = self._person(filling.slot)
            is_owner = is_owner or (person is not None and person.is_owner)
            remembered = {**(person.known if person else {}), **known}
            again = any(each.draw == filling.draw for each in store.declarations())
            number = person.number if person is not None else None
            if link is not None:
                store.keep_link(replace(link, used_at_s=now_s))
            elif not again:
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
                other=not is_owner and link is None,
                link=link.code if link is not None else "",
            )
            written = store.add(row, filling.text)
            store.drop_draft(filling.slot, filling.form.form)
            self._send_waiting(phone)
        return written

    def _send_waiting(self, phone: Phone) -> None:
        if knows_authority(phone):
            self._try_to_send(lambda: phone.send(send_declarations, self._runner.client, after_tap=True))

    # --- drafts, and people -------------------------------------------------------------------------

    @post("/declare/draft/{slot}/{name}")
    def keep_draft(self, form: Fields, slot: str, name: str) -> Answer:
        """Keep what is typed so far; a page sends it now and then, and before it goes."""
        text, draw = self._form(slot, name), _draw_of(form)
        stored = self._runner.stores.declarations.declarations()
        if draw and not any(draw in (each.draw, each.next_draw) for each in stored):  # else it was sent a moment ago
            self._keep(self._sent(Filling(slot, text, draw), form, self._whole(slot, text.form)))
        return Response(status_code=204)

    def _keep(self, filling: Filling) -> None:
        given = {name: values for name, values in filling.given.items() if name != SHOWN}
        draft = Draft(filling.slot, filling.form.form, filling.form.version, filling.draw, given)
        with self._runner.exclusive() as phone:
            phone.stores.declarations.keep_draft(draft, self._runner.clock())

    @post("/declare/draft/{slot}/{name}/drop")
    def drop_draft(self, slot: str, name: str) -> Answer:
        self._runner.stores.declarations.drop_draft(slot, name)
        return f"/declare/for/{slot}/{name}"

    @post("/declare/people/{number:int}/forget")
    def forget_person(self, number: int) -> Answer:
        self._runner.stores.household.remove(number)
        return "/declare"

    # --- what was declared --------------------------------------------------------------------------

    def _row(self, number: int) -> StoredDeclaration:
        """Return the declaration of an address. Raises 404 for one that is not here."""
        row = self._runner.stores.declarations.declaration(number)
        if row is None:
            raise HTTPException(404)
        return row

    @get("/declare/{number:int}")
    def show(self, number: int) -> Answer:
        """Say what a declaration leads to, what became of it, and what was answered."""
        row, language = self._row(number), self._language()
        form = self._runner.stores.declarations.form(row.form, row.version)
        code = words.language_of(language.code)
        return self._page(
            "declared.html",
            row=row,
            code=code,
            w=words.plain(code),
            title=said(form.title, code) if form else row.form,
            result=declare.result(form, row.answers, code, "refused" if row.refusal else row.confirm) if form else None,
            is_wrong=row.confirm == WRONG_CODE,
            answers=render_answers(form, code, declare.answers_of(row.answers)) if form else "",
            state=declare.state(row, language),
            is_sent=row.stage is Stage.SENT,
            is_refused=bool(row.refusal),
            is_going=row.next is Next.WITHDRAW,
            receipt=" ".join(groups(row.receipt)) if row.receipt else "",
            for_another=form is not None and form.for_another and not row.link,
            has_pass=declare.good_pass(row, self._runner.clock()) is not None,
        )

    @get("/declare/{number:int}/pass")
    def show_pass(self, number: int) -> Answer:
        """Show the pass that came of a declaration, large, or that it has run out."""
        row, code = self._row(number), words.language_of(self._language().code)
        card = declare.pass_card(row, self._runner.clock(), code, self._language())
        if card is None:
            return f"/declare/{row.number}"
        again = "/declare"
        if self._is_slot(row.slot) and row.form in self._offered():
            again = f"/declare/for/{row.slot}/{row.form}"
        return self._page("pass.html", row=row, code=code, w=words.plain(code), card=card, again=again)

    # --- correcting ---------------------------------------------------------------------------------

    @get("/declare/{number:int}/correct")
    def correct_page(self, number: int, query: Mapping[str, str]) -> Answer:
        """Open the declaration's form with what was answered; where a newer version is in use, in that."""
        return self._form_page(self._correcting(self._row(number)), query.get("lang", ""))

    def _correcting(self, row: StoredDeclaration) -> Filling:
        text = self._offered().get(row.form)
        if text is None or row.next is Next.WITHDRAW:
            raise HTTPException(404)
        if row.link:
            text = replace(text, form=prefilling.health_only(text.form))
        given = given_of(declare.answers_of(row.answers))
        filling = Filling(row.slot, text, self._draw(), given, correcting=row.number)
        return filling if text.form.version == row.version else self._carried(filling)

    @post("/declare/{number:int}/correct")
    def correct(self, form: Fields, number: int) -> Answer:
        row = self._row(number)
        begun = self._correcting(row)
        filling = self._sent(replace(begun, notice=""), form, given_of(declare.answers_of(row.answers)))
        page = self._looked_at(filling, form)
        if page is not None:
            return page
        answers, plain = self._answers(filling)
        known = prefilling.known_of(filling.form, answers)
        with self._runner.exclusive() as phone:
            store, version = phone.stores.declarations, filling.form.version
            store.keep_form(filling.text)
            store.change(row, **_changes(corrected(row, self._draw(), version, self._today().isoformat(), plain)))
            if (person := self._person(row.slot)) is not None:
                remembered, now_s = {**person.known, **known}, self._runner.clock()
                phone.stores.household.remember(person.number, remembered, now_s, is_owner=person.is_owner)
            self._send_waiting(phone)
        return f"/declare/{number}"

    # --- confirming the number ----------------------------------------------------------------------

    @post("/declare/{number:int}/confirm")
    def confirm(self, form: Fields, number: int) -> Answer:
        """Send the code of a text message; without one ask for another message."""
        row, typed = self._row(number), "".join(each for each in form.get("code", "") if not each.isspace())
        code = "" if "again" in form else typed[: CODE_DIGITS + 1] or "-"
        with self._runner.exclusive() as phone:
            store = phone.stores.declarations
            if row.confirm and not row.next:
                if code and not (len(code) == CODE_DIGITS and code.isascii() and code.isdecimal()):
                    store.change(row, confirm=WRONG_CODE)
                else:
                    store.change(row, **_changes(confirmed(row, self._draw(), code)))
                    self._send_waiting(phone)
        return f"/declare/{number}"

    # --- taking it back -----------------------------------------------------------------------------

    @get("/declare/{number:int}/withdraw")
    def ask_withdraw(self, number: int) -> Answer:
        """Ask once more before a declaration is withdrawn."""
        w = words.plain(words.language_of(self._language().code))
        return self._page("declared_withdraw.html", row=self._row(number), w=w)

    @post("/declare/{number:int}/withdraw")
    def withdraw(self, number: int) -> Answer:
        row = self._row(number)
        with self._runner.exclusive() as phone:
            store, then = phone.stores.declarations, withdrawn(row, self._draw())
            if then is None:
                store.forget(number)
            else:
                store.change(row, **_changes(then))
                self._send_waiting(phone)
        return "/declare"


# --- isolation ----------------------------------------------------------------------------------------


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


def _changes(row: StoredDeclaration) -> dict[str, object]:
    return {name: getattr(row, name) for name in StoredDeclaration.__dataclass_fields__ if name != "number"}


def _draw_of(sent: Fields) -> str:
    """Return the id that a page carries, in hex; nothing for what is none."""
    text = sent.get("_draw", "")
    try:
        return text if len(bytes.fromhex(text)) == DECLARATION_BYTES and len(text) == 2 * DECLARATION_BYTES else ""
    except ValueError:
        return ""
