"""Define what a screen is: an address, the method that answers it, and the owner's consent before all.

A group of screens is a class; its methods are marked with `get` (what is shown) and `post` (what a form does). Such a
method takes the parts of its address by their names, and what else it names of `form`, `query` and `request`.
It returns a page, or the path to go on to. All of them run in a thread, for they read the stores.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, TypeVar
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bluezone.i18n import Translator
from bluezone.phone.app.loop import Runner
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.pages import PageFrame, frame_of, page
from bluezone.phone.web.presenters import notifications
from bluezone.phone.web.presenters.common import translator

_MAX_FIELDS = 1_000
_log = logging.getLogger(__name__)

#: a page, or the path to go on to
Answer = Response | str
_Handler = TypeVar("_Handler", bound=Callable[..., Answer])


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Hold the settings of the screens. `invite_url`: where others get Bluezone. `link_host`: of the authority's links;
    "": no link of a host is opened."""

    zone: tzinfo
    invite_url: str = ""
    link_host: str = ""


class Fields(dict[str, str]):
    """Hold the first value of each field of a form, and in `lists` every value."""

    def __init__(self, lists: Mapping[str, list[str]]) -> None:
        super().__init__({name: values[0] for name, values in lists.items()})
        self.lists = lists


@dataclass(frozen=True, slots=True)
class _Address:
    path: str
    method: str
    anyone: bool


def get(path: str, *, anyone: bool = False) -> Callable[[_Handler], _Handler]:
    """Mark what an address shows; with `anyone` also before the owner's consent."""
    return _marked(_Address(path, "GET", anyone))


def post(path: str, *, anyone: bool = False) -> Callable[[_Handler], _Handler]:
    """Mark what a form sent to an address does; with `anyone` also before the owner's consent."""
    return _marked(_Address(path, "POST", anyone))


def _marked(address: _Address) -> Callable[[_Handler], _Handler]:
    def mark(handler: _Handler) -> _Handler:
        vars(handler)["address"] = address
        return handler

    return mark


class Screens:
    """Be a group of screens."""

    def __init__(self, runner: Runner, settings: WebSettings) -> None:
        self._runner, self._settings = runner, settings

    def routes(self) -> list[Route]:
        """Return the addresses of the methods that are marked, in their order."""
        return [
            Route(each.address.path, self._endpoint(getattr(self, name), each.address), methods=[each.address.method])
            for name, each in vars(type(self)).items()
            if hasattr(each, "address")
        ]

    def _endpoint(self, handler: Callable[..., Answer], address: _Address) -> Callable[[Request], Any]:
        named = inspect.signature(handler).parameters

        def answered(given: dict[str, Any]) -> Response:
            if not address.anyone and self._runner.choices().agreed_at_s is None:
                return see("/welcome")
            answer = handler(**given)
            return see(answer) if isinstance(answer, str) else answer

        async def endpoint(request: Request) -> Response:
            given: dict[str, Any] = dict(request.path_params)
            if "form" in named:
                given["form"] = form_of(await request.body())
            known = {"request": request, "query": request.query_params}
            return await run_in_threadpool(answered, given | {name: known[name] for name in known if name in named})

        return endpoint

    def _language(self) -> Translator:
        runner = self._runner
        about = runner.stores.documents.disease(runner.clock())
        return translator(runner.choices().language, self._settings.zone, about)

    def _frame(self) -> PageFrame:
        language = self._language()
        facts = self._runner.facts()
        return frame_of(language, facts.choices, notifications.unread(facts, language), facts.notices.way)

    def _page(self, template: str, status: int = 0, **context: Any) -> Response:
        """Draw a page; one that says of a `problem` what to mend has the status 422."""
        self._runner.looked_at()
        status = status or (422 if context.get("problem") else 200)
        return page(template, self._frame(), status, hotline=self._runner.phone.settings.hotline, **context)

    def _try_to_send(self, send: Callable[[], object]) -> None:
        """Send what the owner has just said yes to; what cannot be sent now waits in its store for the next check."""
        try:
            send()
        except PhoneError as error:
            _log.warning("what waits is sent later: %s", type(error).__name__)


def form_of(body: bytes) -> Fields:
    """Return the fields of a form (the guard bounds its length); none where there are too many."""
    try:
        return Fields(parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        return Fields({})


def see(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)


def as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
