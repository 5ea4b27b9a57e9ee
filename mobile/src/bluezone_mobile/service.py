"""Run the phone and its screens as the app's engine.

This is the program that the app starts, by the shim on Android: with the folder of the phone as its argument, and the
app's address and token in its environment. It ends with the app.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path

from bluezone.phone.app import config as configuration
from bluezone.phone.app.host import DeviceUptime, start_logging
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import running_alone
from bluezone.phone.client.http import new_client
from bluezone.phone.clock import Clock
from bluezone.phone.stores.encryption import device_cipher
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.server import serve
from bluezone_mobile.android_host import AndroidHost, AndroidNotifier, sense_of
from bluezone_mobile.android_radio import AndroidRadio
from bluezone_mobile.link import Link, LinkError

_log = logging.getLogger(__name__)

#: where the app listens, `HOST:PORT`, and what it knows its engine by
ADDRESS, TOKEN = "BLUEZONE_APP_ADDRESS", "BLUEZONE_APP_TOKEN"
#: what a phone is given to close its stores once the app is gone
_CLOSING_S = 10.0


async def live(folder: Path, link: Link, clock: Clock, built_in: bytes = b"") -> None:
    """Run one phone with its screens on the loopback address, and tell the app where they answer.

    built_in: the settings of the app's deployment. Raises PhoneError where the folder cannot be used.
    """
    config = configuration.load(folder, built_in)
    with running_alone(folder), new_client() as client:
        settings = replace(
            config.settings(folder), cipher=device_cipher(folder, secrets.token_bytes), sense=sense_of(link)
        )
        runner = Runner(
            settings,
            AndroidRadio(link, clock, config.tx_power_dbm),
            client,
            clock,
            secrets.token_bytes,
            secrets.SystemRandom(),
            uptime=DeviceUptime(),
            notifier=AndroidNotifier(link),
            host=AndroidHost(link),
        )
        with runner.closing():
            web = WebSettings(settings.zone, invite_url=config.authority_url, link_host=config.own_host)
            await serve(runner, web, 0, lambda address, _port: link.tell("screens", address=address))


def deployed() -> bytes:
    """Return the settings that the builder put into the app; nothing where it was built for no deployment."""
    try:
        return resources.files("bluezone_mobile").joinpath(configuration.FILE_NAME).read_bytes()
    except FileNotFoundError:
        return b""


def run(
    folder: Path,
    address: str,
    token: str,
    clock: Clock,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> int:
    """Run until the app is gone; return the status to exit with. What ends it is the app's to show."""
    host, _, port = address.partition(":")
    stop = threading.Event()
    try:
        link = Link.connect((host, int(port)), token, {}, stop.set)
    except LinkError as error:
        print(error, file=sys.stderr)
        return 1

    async def until_stopped() -> None:
        loop, phone = asyncio.get_running_loop(), asyncio.current_task()
        assert phone is not None

        def cancel() -> None:
            stop.wait()
            ends = threading.Timer(_CLOSING_S, os._exit, (0,))
            ends.daemon = True
            ends.start()
            loop.call_soon_threadsafe(phone.cancel)

        threading.Thread(target=cancel, daemon=True).start()
        await live(folder, link, clock, deployed())

    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(until_stopped())
    except asyncio.CancelledError:
        pass
    except Exception as error:  # noqa: BLE001 (the program's end; the app says it)
        _log.exception("the phone has ended")
        link.tell("ended", words=str(error) or type(error).__name__)
        return 1
    finally:
        link.close()
    return 0


def main() -> None:
    """Run the phone of a folder for the app that started this process."""
    start_logging()
    address, token = os.environ.pop(ADDRESS), os.environ.pop(TOKEN)
    status = run(Path(sys.argv[1]), address, token, time.time)  # noqa: TID251 (the edge)
    sys.stdout.flush()
    os._exit(status)  # what is left are threads that wait


if __name__ == "__main__":
    main()
