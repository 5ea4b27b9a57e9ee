"""The test of radios, on controllers that behave and on those that do not."""

from __future__ import annotations

import asyncio
import json

import pytest
from bumble import hci
from bumble.transport.common import AsyncPipeSink

from bluezone.phone.air.radio import controller_test
from bluezone.phone.air.radio.controller_test import EXTENDED, LEGACY, ControllerTest
from bluezone.phone.air.radio.hci_host import BtsnoopFile, ReportHost


def trial(virtual, legacy=False, neighbour=True, prepare=lambda controller: None, during=None, recording=None):
    """Test a virtual controller, within reach of a phone that sends; the report and the controller."""

    async def main():
        around = virtual.Neighbourhood()
        controller = around.controller("tested", legacy)
        prepare(controller)
        loop = asyncio.get_running_loop()
        test = ControllerTest(controller, AsyncPipeSink(controller), "usb:0", loop.time, 4.0, recording)
        radio = around.radio("neighbour")
        if neighbour:
            await radio.open()
            await radio.advertise(b"\x01" * 6, b"\x02\x01\x1a")
        if during is not None:
            loop.call_later(5.0, during, controller)
        report = await test.run()
        await radio.close()
        return report, controller, around.air

    return virtual.run(main())


def test_a_controller_of_today_is_usable_by_extended_commands_and_hears_its_neighbour(virtual):
    report, _, air = trial(virtual)
    assert report.verdict == "usable, by the extended commands"
    assert EXTENDED in report.works
    assert report.controller["extended advertising"] is True
    assert report.controller["supported commands"]
    heard = [each for each in report.heard if each.part == EXTENDED]
    assert all(each.senders == 1 and each.strongest_dbm == -60 for each in heard)
    sent = {address for _, sender, address, _ in air.sent if sender == "tested"}
    assert len(sent) >= 2  # a rotation was made, and each address was heard
    assert all(step.milliseconds >= 0 for step in report.steps)


def test_an_old_controller_is_usable_by_legacy_commands(virtual):
    report, _, _ = trial(virtual, legacy=True)
    assert report.verdict == "usable, by the legacy commands"
    assert (report.works, report.failed) == ([LEGACY], [])
    assert report.controller["extended advertising"] is False
    (refused,) = [step for step in report.steps if step.note.startswith("a new address while scanning")]
    assert refused.status == "command disallowed (0x0c)"


def test_a_controller_with_nobody_around_says_so(virtual):
    report, _, _ = trial(virtual, neighbour=False)
    assert report.verdict == "usable, by the extended commands; nothing was heard, is anybody near?"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (hci.HCI_LE_SET_EXTENDED_ADVERTISING_PARAMETERS_COMMAND, "LE_SET_EXTENDED_ADVERTISING_PARAMETERS"),
        (hci.HCI_LE_SET_ADVERTISING_SET_RANDOM_ADDRESS_COMMAND, "LE_SET_ADVERTISING_SET_RANDOM_ADDRESS"),
        (hci.HCI_LE_SET_EXTENDED_SCAN_ENABLE_COMMAND, "LE_SET_EXTENDED_SCAN_ENABLE"),
    ],
)
def test_a_command_that_is_refused_is_named_and_the_sequence_goes_on(virtual, command, name):
    report, controller, _ = trial(virtual, prepare=lambda controller: controller.refuse.add(command))
    assert not report.is_usable
    assert report.verdict == f"not usable: {name} (extended): command disallowed (0x0c)"
    assert report.steps[-1].part == LEGACY
    assert controller.commands[-1].op_code == hci.HCI_LE_SET_ADVERTISING_ENABLE_COMMAND


def test_a_controller_that_answers_nothing_ends_the_test_with_a_report(virtual):
    report, _, _ = trial(virtual, prepare=lambda controller: setattr(controller, "deaf", True))
    assert report.verdict == "not usable: the controller does not answer"
    assert [step.status for step in report.steps] == ["no answer"]


def test_a_controller_that_is_unplugged_in_the_middle_ends_the_test_with_a_report(virtual):
    report, _, _ = trial(virtual, during=lambda controller: setattr(controller, "deaf", True))
    assert "no answer to" in report.verdict
    assert report.steps[-1].status == "no answer"
    assert len(report.steps) > 10


async def test_a_controller_unplugged_once_nobody_waits_for_its_answer_is_no_error(virtual):
    around = virtual.Neighbourhood()
    controller = around.controller("tested", legacy=False)
    host = ReportHost(controller, AsyncPipeSink(controller), lambda report: None)
    waited = host.pending_response = asyncio.get_running_loop().create_future()
    waited.cancel()
    host.on_transport_lost()
    assert waited.cancelled()


def test_a_controller_that_refuses_its_reset_is_tried_all_the_same(virtual):
    report, _, _ = trial(virtual, prepare=lambda controller: controller.refuse.add(hci.HCI_RESET_COMMAND))
    assert not report.is_usable
    assert report.steps[0].status != "success"
    assert len(report.steps) > 20


def test_the_report_holds_no_address_and_nothing_that_was_sent(virtual, tmp_path):
    report, controller, air = trial(virtual)
    text = json.dumps(report.document())
    for _, _, address, data in air.sent:
        for form in (address.hex(), address[::-1].hex(), address.hex(":"), data.hex()):
            assert form not in text.lower()
    assert str(controller.public_address) not in text
    assert json.loads(text)["format"] == "bluezone controller report"


def test_it_is_told_to_a_person_in_a_few_lines(virtual):
    report, _, _ = trial(virtual, prepare=lambda one: one.refuse.add(hci.HCI_LE_SET_EXTENDED_ADVERTISING_DATA_COMMAND))
    said = list(controller_test.lines(report))
    assert said[0] == report.verdict
    assert any("advertisements of 1 senders" in line for line in said)
    assert any(line.startswith("failed: LE_SET_EXTENDED_ADVERTISING_DATA (extended)") for line in said)


def test_the_recording_has_every_packet_both_ways(virtual, tmp_path):
    recording = BtsnoopFile(tmp_path / "a.btsnoop", lambda: 946_684_800.5)
    report, controller, _ = trial(virtual, recording=recording)
    recording.close()
    assert report.is_usable
    data = (tmp_path / "a.btsnoop").read_bytes()
    assert data[:16] == b"btsnoop\0\0\0\0\x01\0\0\x03\xea"
    packets, at = [], 16
    while at < len(data):
        length, included, flags, drops = (int.from_bytes(data[at + n : at + n + 4], "big") for n in (0, 4, 8, 12))
        assert (included, drops) == (length, 0)
        # Bumble's constant for the first second of 2000, and half a second
        assert int.from_bytes(data[at + 16 : at + 24], "big") == 0x00E03AB44A676000 + 500_000
        packets.append((flags, data[at + 24 : at + 24 + length]))
        at += 24 + length
    commands = [packet for flags, packet in packets if flags == 2]
    assert commands == [bytes(command) for command in controller.commands]
    assert {packet[0] for flags, packet in packets if flags == 3} == {4}
    assert len(packets) > 2 * len(commands)
    assert (tmp_path / "a.btsnoop").stat().st_mode & 0o777 == 0o600
