"""Firmware that a controller lacks is one sentence that says where it comes from."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from bumble import hci
from bumble.drivers import intel, rtk
from bumble.transport.common import AsyncPipeSink

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.air.radio.controller_test import ControllerTest
from bluezone.phone.air.radio.hci_host import missing_firmware
from bluezone.phone.errors import RadioError


def plugged(virtual, ids, answer=None):
    """A virtual controller that says over USB who made it; `answer` changes what it answers."""
    controller = virtual.Neighbourhood().controller("dongle")
    controller.metadata = {"vendor_id": ids[0], "product_id": ids[1]}
    if answer is not None:
        answer(controller)
    return controller


def realtek(controller) -> None:
    """A loader of 8761B, as of the common dongles."""
    (info,) = [one for one in rtk.Driver.DRIVER_INFOS if one.fw_name == "rtl8761bu_fw.bin"]
    controller.lmp_subversion = info.rom
    controller.hci_revision, controller.hci_version = info.hci


@pytest.fixture(autouse=True)
def no_firmware(tmp_path, monkeypatch):
    """No firmware on this machine."""
    monkeypatch.setenv("BUMBLE_RTK_FIRMWARE_DIR", str(tmp_path))
    monkeypatch.setenv("BUMBLE_INTEL_FIRMWARE_DIR", str(tmp_path))


async def test_a_realtek_dongle_without_firmware_names_file_package_and_command(virtual, caplog):
    caplog.set_level(logging.CRITICAL)  # as in a program whose own log is quieter
    controller = plugged(virtual, next(iter(rtk.RTK_USB_PRODUCTS)), realtek)
    radio = BumbleRadio(controller, AsyncPipeSink(controller), lambda: 0.0, -20)
    with pytest.raises(RadioError) as caught:
        await radio.open()
    report = await ControllerTest(
        controller, AsyncPipeSink(controller), "usb:0", asyncio.get_running_loop().time, 0.1
    ).run()
    text = str(caught.value)
    for word in ("Realtek", "rtl8761bu_fw.bin", "firmware-realtek", "bumble-rtk-fw-download", "plug it in again"):
        assert word in text
    assert report.verdict == f"not usable: {text}"
    assert "Firmware file" not in caplog.text  # said once, by us
    assert logging.getLogger("bumble.drivers.rtk").filters == []


def test_an_intel_controller_without_firmware_names_package_and_command():
    text = missing_firmware([("bumble.drivers.intel", "Firmware file ibt-0041-0041.sfi not found")])
    for word in ("Intel", "ibt-0041-0041.sfi", "firmware-iwlwifi", "bumble-intel-fw-download"):
        assert word in text


async def test_an_intel_controller_that_answers_nothing_known_is_said_to_lack_its_firmware(virtual):
    controller = plugged(virtual, next(iter(intel.INTEL_USB_PRODUCTS)))
    radio = BumbleRadio(controller, AsyncPipeSink(controller), lambda: 0.0, -20)
    with pytest.raises(RadioError) as caught:
        await radio.open()
    assert "controller" in str(caught.value)


@pytest.mark.parametrize(
    "log",
    [[], [("bumble.host", "Firmware file x.bin not found")], [("bumble.drivers.rtk", "timeout waiting for hci reset")]],
)
def test_what_else_is_logged_is_no_lack_of_firmware(log):
    assert missing_firmware(log) == ""


def test_the_words_looked_for_are_those_of_this_bumble():
    for module in (rtk, intel):
        source = Path(module.__file__).read_text()
        assert "Firmware file {" in source
        assert "not found" in source
    assert hci.HCI_SUCCESS == 0
