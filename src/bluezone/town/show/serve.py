"""Run a rehearsal in a thread of its own and its page beside it, and end both together."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from bluezone.errors import BluezoneError
from bluezone.i18n import Language
from bluezone.phone.web.server import listening_socket, new_access
from bluezone.town.day import allow_files
from bluezone.town.run import Options, rehearsal
from bluezone.town.show.app import create_app
from bluezone.town.show.chronicle import Chronicle
from bluezone.town.show.doors import Doors, make_server
from bluezone.town.show.pace import Pacer, StoppedError
from bluezone.town.show.pages import translator
from bluezone.town.world import make_world

_CLOCK_EVERY_S = 1.0
#: so that the page can still say why
_LAST_WORD_S = 1.5
#: a phone's stores twice, for the moment in which its day ends and others look at it, and its own page
_FILES_A_PHONE = 120


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """Hold options of the page. `speed`: seconds of the town in a second; `port` 0 is any free one; `again`: the
    command that starts it anew; `patience`: how long the story waits for its readers.
    """

    speed: float
    port: int
    language: Language = Language.VIETNAMESE
    again: str = "bluezone town show"
    patience: float = 1.0


class _Rehearsal(threading.Thread):
    """Run the rehearsal until it is stopped: after the story, authority and phones go on in real time."""

    def __init__(self, options: Options, show: Chronicle) -> None:
        super().__init__(name="rehearsal")
        self._options, self._show = options, show
        self.error: BaseException | None = None

    def run(self) -> None:
        show = self._show
        try:
            with rehearsal(self._options, lambda *_: None, show) as (outcome, _):
                show.finish(outcome)
                self._go_on()
        except StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 (raised again where the page is served)
            self.error = error
            show.fail(str(error) or type(error).__name__)
        finally:
            show.close()

    def _go_on(self) -> None:
        show, at_s = self._show, time.monotonic()
        while True:
            show.pacer.rest(_CLOCK_EVERY_S)
            now_s = time.monotonic()
            show.goes_on(show.now_s + now_s - at_s)
            at_s = now_s


async def serve(options: Options, how: ShowOptions, announce: Callable[[str, int], None]) -> None:
    """Serve until SIGINT or SIGTERM. `announce` gets address and port once the page answers. Raises what ended the
    rehearsal where that was a failure.
    """
    world = make_world(options.people, options.seed, options.scene, options.days)
    translator(how.language)  # a catalogue that is missing is missed before anything is started
    allow_files(options.people, _FILES_A_PHONE)
    pacer = Pacer(how.speed, time.monotonic)
    show = Chronicle(world, options.duration_s / 3600, pacer, how.patience)
    sock = listening_socket(how.port)
    access = new_access(sock.getsockname()[1])
    doors = Doors(show, framed_by=f"http://{access.hosts[0]}")
    server = make_server(create_app(show, doors, access, how.language, how.again))
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    page = asyncio.create_task(server.serve([sock]))
    running = _Rehearsal(options, show)
    try:
        while not server.started and not page.done():
            await asyncio.sleep(0.02)
        announce(access.address, access.port)
        running.start()
        await _until(stop, page, running)
    finally:
        pacer.stop()
        if show.authority is not None and running.is_alive():
            show.authority.stop()  # so that whatever waits for it ends now
        if running.ident is not None:
            await asyncio.to_thread(running.join)
        show.ended = True
        await doors.close()
        server.should_exit = True
        await asyncio.gather(page, return_exceptions=True)
        sock.close()
    if running.error is not None:
        if isinstance(running.error, BluezoneError | OSError | ModuleNotFoundError):
            raise running.error
        raise RuntimeError("the rehearsal failed") from running.error


async def _until(stop: asyncio.Event, page: asyncio.Task[None], running: _Rehearsal) -> None:
    while not stop.is_set() and not page.done():
        await asyncio.wait({asyncio.ensure_future(stop.wait()), page}, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
        if not running.is_alive():
            await asyncio.sleep(_LAST_WORD_S)
            return
