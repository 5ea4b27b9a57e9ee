"""Run the engine and its screens in a thread of the app: what PhoneService (Java) starts, and what the WebView
shows."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bluezone.phone.air.duty_cycle import Sense
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app import config as configuration
from bluezone.phone.app.host import DeviceUptime, Host
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import running_alone
from bluezone.phone.client.http import new_client
from bluezone.phone.clock import VIET_NAM, Clock
from bluezone.phone.notices.port import Notifier
from bluezone.phone.stores.encryption import device_cipher
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.server import serve

_log = logging.getLogger(__name__)


class Engine:
    """Run one phone with its screens on the loopback address, in a thread with a loop of its own."""

    def __init__(
        self,
        folder: Path,
        make_radio: Callable[[int], Radio],
        sense: Sense,
        clock: Clock,
        notifier: Notifier | None = None,
        host: Host | None = None,
        built_in: bytes = b"",
        loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        """`built_in`: the settings of the app's deployment; `loop_factory`: makes the thread's loop, for a rehearsal in
        which time runs faster."""
        self._loop_factory = loop_factory
        self._folder, self._make_radio, self._sense, self._clock = folder, make_radio, sense, clock
        self._notifier, self._host = notifier, host
        self._built_in = built_in
        self._ready = threading.Event()
        self._address = self._trouble = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="bluezone", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def address(self, timeout_s: float) -> str:
        """Return where the screens answer; empty where they do not yet. Raises RuntimeError where they never will."""
        self._ready.wait(timeout_s)
        if self._trouble:
            raise RuntimeError(self._trouble)
        return self._address

    def stop(self) -> None:
        """End phone and screens, and wait until everything is closed."""
        loop, task = self._loop, self._task
        if loop is not None and task is not None and not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)
        self._thread.join()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._loop_factory) as thread:
                thread.run(self._live())
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 (the thread's end; the app says it)
            _log.exception("the phone has ended")
            self._trouble = str(error) or type(error).__name__
        finally:
            self._ready.set()

    async def _live(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        config = configuration.load(self._folder, self._built_in)
        with running_alone(self._folder), new_client() as client:
            settings = replace(
                config.settings(self._folder),
                cipher=device_cipher(self._folder, secrets.token_bytes),
                sense=self._sense,
            )
            radio = self._make_radio(config.tx_power_dbm)
            runner = Runner(
                settings,
                radio,
                client,
                self._clock,
                secrets.token_bytes,
                secrets.SystemRandom(),
                uptime=DeviceUptime(),
                notifier=self._notifier,
                host=self._host,
            )
            with runner.closing():
                web = WebSettings(
                    VIET_NAM,
                    invite_url=config.authority_url,
                    link_host=config.own_host,
                )
                await serve(runner, web, 0, self._announce)

    def _announce(self, address: str, _port: int) -> None:
        self._address = address
        self._ready.set()


# --- what Java calls ----------------------------------------------------------------------------------

_engine: Engine | None = None


def start(context: Any) -> None:
    """Start the one engine of this app, in an Android application context. Again: nothing happens."""
    global _engine
    if _engine is not None:
        return
    from bluezone_mobile.android_notices import AndroidHost, AndroidNotifier
    from bluezone_mobile.android_radio import AndroidRadio
    from bluezone_mobile.device import sense_of
    from bluezone_mobile.java_layer import ble_of, device_of, notices_of

    make_ble, device = ble_of(context), device_of(context)
    _engine = Engine(
        Path(str(context.getFilesDir().getAbsolutePath())) / "phone",
        lambda power: AndroidRadio(make_ble, _clock, power),
        sense_of(device),
        _clock,
        AndroidNotifier(notices_of(context)),
        AndroidHost(device),
        deployed(),
    )
    _engine.start()


def deployed() -> bytes:
    """Return the settings that the builder put into the app; nothing where it was built for no deployment."""
    try:
        return resources.files("bluezone_mobile").joinpath(configuration.FILE_NAME).read_bytes()
    except FileNotFoundError:
        return b""


def stop() -> None:
    """End it, before Android ends the service."""
    global _engine
    engine, _engine = _engine, None
    if engine is not None:
        engine.stop()


def address(timeout_s: float = 0.0, screen: str = "") -> str:
    """Return where the screens answer, for the WebView, or one `screen` of them; empty while they do not."""
    found = _engine.address(timeout_s) if _engine is not None else ""
    return f"{found}&{urlencode({'to': screen})}" if found and screen else found


def _clock() -> float:
    return time.time()  # noqa: TID251 (the edge)
