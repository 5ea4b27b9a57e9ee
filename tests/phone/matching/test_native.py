"""The compiled matching: it finds what the plain one finds, on both processors, and is passed over where it cannot
run."""

from __future__ import annotations

import platform
import shutil
import struct
import subprocess
from array import array
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phone.contacts import sightings

import kernel
from bluezone.phone.matching import native
from bluezone.phone.matching.matcher import SightingIndex, heard_keys
from bluezone.phone.matching.native import NEEDED, Native, can, file_name, load
from bluezone.protocol.exposure_notification import rolling_proximity_identifiers
from bluezone.protocol.keys import KeyColumns
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
START, DAY_S = 2_662_128, 86_400
DAY0_S = START * 600
MACHINE = platform.machine()

needs_processor = pytest.mark.skipif(not can(MACHINE), reason="this processor has no instructions for AES and SHA-256")
QEMU = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the library compiled for both machines."""
    folder = tmp_path_factory.mktemp("kernel")
    kernel.build(folder)
    return folder


@pytest.fixture(scope="module")
def compiled(built) -> Native:
    loaded = load(built)
    assert loaded is not None
    return loaded


def columns(keys: list[tuple[bytes, int, int]]) -> KeyColumns:
    return KeyColumns(
        b"".join(key for key, _, _ in keys),
        array("I", [start for _, start, _ in keys]),
        array("I", [period for _, _, period in keys]),
    )


def by_reference(keys: KeyColumns, identifiers: list[bytes], first: int, last: int) -> list[tuple[int, int, int]]:
    """Say with the protocol's own functions what is to be found."""
    found = []
    for number in range(len(keys)):
        start, period = keys.starts[number], keys.periods[number]
        if start <= last and start + period > first:
            block = rolling_proximity_identifiers(keys.keys[16 * number : 16 * number + 16], start, period)
            own = [block[at : at + 16] for at in range(0, len(block), 16)]
            found += [(number, slot, identifiers.index(one)) for slot, one in enumerate(own) if one in identifiers]
    return found


spans = st.tuples(st.integers(START - 300, START + 300), st.integers(1, 144))


@st.composite
def questions(draw) -> tuple[KeyColumns, list[bytes], int, int]:
    """Draw keys, what was heard of them and of others, and the intervals asked for."""
    keys = [(draw(st.binary(min_size=16, max_size=16)), *draw(spans)) for _ in range(draw(st.integers(0, 6)))]
    heard = {bytes(16), b"\xff" * 16} if draw(st.booleans()) else set()
    for key, start, _period in keys:
        for slot in draw(st.sets(st.integers(0, 150), max_size=5)):  # (those beyond the period are not to be found)
            one = rolling_proximity_identifiers(key, start + slot, 1)
            heard |= {one, one[:15] + bytes([one[15] ^ 1]), one[:8] + bytes(8)}
    first = draw(st.integers(START - 400, START + 400))
    return columns(keys), sorted(heard), first, first + draw(st.integers(0, 800))


@needs_processor
@settings(max_examples=60, deadline=None)
@given(question=questions())
def test_it_finds_what_the_reference_finds(compiled, question):
    keys, identifiers, first, last = question
    assert list(compiled.matches(keys, compiled.heard(identifiers), first, last)) == by_reference(*question)


@needs_processor
def test_more_matches_than_one_call_holds_are_all_given(compiled, monkeypatch):
    monkeypatch.setattr(native, "ROOM", 144)
    keys = columns([(bytes([number]) * 16, START, 144) for number in range(5)])
    identifiers = sorted(
        block[at : at + 16]
        for number in range(5)
        for block in [rolling_proximity_identifiers(bytes([number]) * 16, START, 144)]
        for at in range(0, len(block), 16)
    )
    found = list(compiled.matches(keys, compiled.heard(identifiers), START, START))
    assert found == by_reference(keys, identifiers, START, START)
    assert len(found) == 5 * 144


@needs_processor
@pytest.mark.parametrize("tolerance_s", [0.0, 7_200.0])
def test_heard_keys_are_the_same_with_it_and_without_on_thousands_of_keys(compiled, tolerance_s):
    rng = np.random.default_rng(5)
    keys = KeyColumns(
        rng.bytes(16 * 3_000),
        array("I", (START + rng.integers(-20, 20, 3_000) * 12).tolist()),
        array("I", rng.integers(1, 145, 3_000).tolist()),
    )
    heard, at_s = [rng.bytes(16) for _ in range(5_000)], rng.uniform(-DAY_S, 2 * DAY_S, 5_000) + DAY0_S
    for row, number in enumerate(rng.integers(0, 3_000, 200)):
        slot = int(rng.integers(0, 150))
        key, start = keys.keys[16 * number : 16 * number + 16], keys.starts[number]
        heard[row] = rolling_proximity_identifiers(key, start + slot, 1)
        at_s[row] = (start + slot) * 600 + rng.uniform(-8_000, 8_600)
    index = SightingIndex(sightings(list(zip(heard, at_s.tolist(), strict=True))))
    with_it, without = (heard_keys(EN, keys, index, each, tolerance_s) for each in (compiled, None))
    assert with_it == without
    assert 0 < len(with_it) < 200  # some were heard out of time, some after their key's end


@needs_processor
def test_of_nothing_heard_and_nothing_published_nothing_is_found(compiled):
    none, some = columns([]), columns([(bytes(16), START, 144)])
    assert list(compiled.matches(none, compiled.heard([bytes(16)]), 0, 2**32 - 1)) == []
    assert list(compiled.matches(some, compiled.heard([]), 0, 2**32 - 1)) == []
    assert heard_keys(EN, some, SightingIndex(sightings([])), compiled) == []


# --- where it cannot run ----------------------------------------------------------------------------------------------

X86 = "processor\t: 0\nflags\t\t: fpu sse2 ssse3 sse4_1 aes sha_ni\n"
ARM = "processor\t: 0\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32\n"


@pytest.mark.parametrize(
    ("machine", "text", "expected"),
    [
        ("x86_64", X86, True),
        ("x86_64", X86 + X86.replace(" sha_ni", ""), False),  # one core of two cannot
        ("x86_64", X86.replace(" aes", ""), False),
        ("x86_64", "", False),
        ("aarch64", ARM, True),
        ("aarch64", ARM.replace(" sha2", ""), False),
        ("aarch64", X86, False),
        ("armv7l", ARM, False),
        ("riscv64", X86, False),
    ],
)
def test_only_processors_that_can_are_asked(tmp_path, machine, text, expected):
    (tmp_path / "cpuinfo").write_text(text)
    assert can(machine, tmp_path / "cpuinfo") is expected


def test_without_proc_nothing_is_loaded(tmp_path):
    assert not can("x86_64", tmp_path / "none")


def of_every_processor(folder: Path, machine: str) -> Path:
    path = folder / "cpuinfo"
    path.write_text("flags : " + " ".join(NEEDED[machine]))
    return path


@pytest.mark.parametrize("content", [None, b"", b"no library", b"\x7fELF" + bytes(60)])
def test_a_file_that_is_missing_or_is_no_library_is_passed_over(tmp_path, content):
    if content is not None:
        (tmp_path / file_name("x86_64")).write_bytes(content)
    assert load(tmp_path, "x86_64", of_every_processor(tmp_path, "x86_64")) is None


@needs_processor
def test_a_library_for_another_processor_or_of_another_purpose_is_passed_over(built, tmp_path):
    other = next(machine for machine in NEEDED if machine != MACHINE)
    (tmp_path / file_name(MACHINE)).write_bytes((built / file_name(other)).read_bytes())
    assert load(tmp_path, MACHINE) is None
    source = tmp_path / "other.c"
    source.write_text("int something_else(void) { return 1; }\n")
    kernel.compile_for(MACHINE, tmp_path / file_name(MACHINE), *kernel.LIBRARY, source)
    assert load(tmp_path, MACHINE) is None


@needs_processor
def test_a_library_that_gives_a_wrong_answer_is_passed_over(tmp_path, caplog):
    wrong = tmp_path / "wrong.c"
    wrong.write_text(kernel.SOURCE.read_text().replace("0x428a2f98", "0x428a2f99"))
    kernel.compile_for(MACHINE, tmp_path / file_name(MACHINE), *kernel.LIBRARY, wrong)
    assert load(tmp_path, MACHINE) is None
    assert "a wrong answer" in caplog.text


@pytest.mark.parametrize("machine", kernel.TARGETS)
def test_the_libraries_need_nothing_of_the_system(built, machine):
    command = ["readelf", "--dyn-syms", "--dynamic", "--wide", str(built / file_name(machine))]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    symbols = [line.split() for line in listed.splitlines() if "GLOBAL" in line]
    assert sorted(each[-1] for each in symbols) == ["bluezone_can", "bluezone_mark", "bluezone_match"]
    assert "UND" not in {column for each in symbols for column in each}
    assert "NEEDED" not in listed


def test_the_same_source_gives_the_same_bytes(built, tmp_path):
    for path in kernel.build(tmp_path):
        assert path.read_bytes() == (built / path.name).read_bytes()


def test_the_compiled_code_asks_an_emulated_processor_itself(built, require_tool):
    """The emulator has no SHA instructions, and shows the host's /proc/cpuinfo, which may name them."""
    emulator = require_tool.program("qemu-x86_64-static", package="qemu-user-static")
    asked = f"import ctypes; print(ctypes.CDLL({str(built / file_name('x86_64'))!r}).bluezone_can())"
    said = subprocess.run([emulator, "/usr/bin/python3", "-Ic", asked], capture_output=True, text=True, check=True)
    assert said.stdout == "0\n"


# --- arm64, by QEMU ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def harness(tmp_path_factory) -> Path:
    """A program of arm64 that answers one question (see its source)."""
    program = tmp_path_factory.mktemp("arm64") / "harness"
    include = f"-I{kernel.KERNEL}"
    kernel.compile_for("aarch64", program, "-static", include, Path(__file__).with_name("kernel_harness.c"))
    return program


@pytest.mark.skipif(QEMU is None, reason="qemu-user-static is not installed")
def test_the_arm64_build_finds_what_the_reference_finds(harness):
    rng = np.random.default_rng(11)
    keys = columns(
        [(rng.bytes(16), START + int(rng.integers(-300, 300)), int(rng.integers(1, 145))) for _ in range(120)]
    )
    heard = {bytes(16), b"\xff" * 16}
    for number in range(0, 120, 2):
        for slot in rng.integers(0, 150, 4).tolist():
            one = rolling_proximity_identifiers(
                keys.keys[16 * number : 16 * number + 16], keys.starts[number] + slot, 1
            )
            heard |= {one, one[:15] + bytes([one[15] ^ 1])}
    identifiers = sorted(heard)
    first, last = START - 150, START + 150
    head = struct.pack("<5I", len(keys), len(identifiers), first, last, 144)
    question = head + keys.keys + keys.starts.tobytes() + keys.periods.tobytes() + b"".join(identifiers)
    answer = subprocess.run([str(QEMU), harness], input=question, capture_output=True, check=True, timeout=60).stdout
    found = list(struct.iter_unpack("<3I", answer))
    assert found == by_reference(keys, identifiers, first, last)
    assert len(found) > 50


@needs_processor
def test_in_the_android_app_the_linker_is_asked_by_name_and_a_library_it_does_not_know_is_done_without(built, caplog):
    assert native.load_from_app(str(built / file_name(MACHINE))) is not None
    assert native.load_from_app("libbluezone_none.so") is None
    assert "matching goes on without libbluezone_none.so" in caplog.text
    assert native.load_from_app(str(built / file_name(MACHINE)), "riscv64") is None
