"""The reader of QR codes of both rooms' pages: it is as it came, reads what segno writes, and misreads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import zxingcpp
from tests import tiers
from tests.authority.passes.pictures import corners, flat, modules, seen
from tests.design import pictures as simple

from bluezone.design import DIRECTORY

pytestmark = pytest.mark.browser
SCRIPT = DIRECTORY / "vendor" / "qr.js"
#: of what esbuild made of qr 0.7.0 by the commands that stand in the file; another version changes it
SHA_256 = "3c410749256d29e9a5abfff25afd82719dc1ce853c24162f721cd4cf808fd893"
READ = """pictures => pictures.map(({grey, width, height}) => {
    const points = Uint8Array.from(atob(grey), sign => sign.charCodeAt(0));
    const data = new Uint8ClampedArray(4 * points.length).fill(255);
    points.forEach((value, at) => data.fill(value, 4 * at, 4 * at + 3));
    try { return qr.decodeQR({data, width, height}); } catch { return ""; }
})"""
SIGNS = list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
POSTER = "https://bluezone.gov.vn/p/7K3M-Q2XD#" + "CAESLAgBEhNOaMOgIGjDoG5nIEhvYSBTZW4aC" * 4


@pytest.fixture(scope="module")
def page(require_tool: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_tool.chromium(), args=["--no-sandbox"])
        found = browser.new_page()
        found.add_script_tag(content=SCRIPT.read_text())
        yield found
        browser.close()


def read(page: Any, pictures: list[np.ndarray]) -> list[str]:
    asked = [
        {"grey": base64.b64encode(each.tobytes()).decode(), "width": each.shape[1], "height": each.shape[0]}
        for each in pictures
    ]
    return page.evaluate(READ, asked)


def pass_text(rng: np.random.Generator) -> str:
    return "BZ1:" + "".join(rng.choice(SIGNS, 265))


@pytest.mark.parametrize(
    ("level", "versions"),
    tiers.first(1, [("L", [*range(1, 11), 20, 40]), *((level, range(1, 41)) for level in "LMQH")]),
)
def test_every_version_is_read(page, level, versions):
    rng = np.random.default_rng(1)
    texts = ["".join(rng.choice(SIGNS, min(6 * version, 6 * version**2))) for version in versions]
    drawn = [
        flat(modules(text, version=version, error=level, boost_error=False), 3 if version > 21 else 5)
        for version, text in zip(versions, texts, strict=True)
    ]
    assert read(page, drawn) == texts


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("0123456789012", {}),
        ("01", {"mode": "numeric"}),
        ("BZ1:A $%*+-./:", {"mode": "alphanumeric"}),
        ("Xin chào, Long Mỹ", {"encoding": "utf-8"}),
        ("Xin chào, Long Mỹ", {"encoding": "utf-8", "eci": True}),
        ("<script>alert(1)</script>", {}),
        ("A" * 2_900, {}),
    ],
)
def test_a_text_comes_out_as_it_went_in(page, text, options):
    assert read(page, [flat(modules(text, **options))]) == [text]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("skew", "how"),
    tiers.first(
        1,
        [
            (0.04, {"noise": 6, "blur": 1, "shade": 0.6}),
            (0.0, {}),
            (0.02, {"noise": 18, "blur": 1}),
            (0.06, {"noise": 6}),
            (0.03, {"noise": 4, "blur": 3}),
        ],
    ),
)
def test_turned_skewed_noisy_shaded_and_blurred_codes_are_read_nearly_as_well_as_zxing_reads_them(page, skew, how):
    rng = np.random.default_rng(7)
    texts = [[pass_text(rng), POSTER, "Xin chào, Long Mỹ"][at % 3] for at in range(30)]
    drawn = [
        seen(modules(text, error="M"), corners(rng, rng.uniform(300, 400), rng.uniform(0, 2 * np.pi), skew), rng, **how)
        for text in texts
    ]
    found = read(page, drawn)
    zxing = sum([each.text for each in zxingcpp.read_barcodes(picture)][:1] == [text]
                for picture, text in zip(drawn, texts, strict=True))  # fmt: skip
    assert sum(one == text for one, text in zip(found, texts, strict=True)) >= zxing - 3


def test_what_any_reader_reads_is_read_and_of_what_is_hard_as_much_as_zxing_reads(page):
    chance, hard = np.random.default_rng(17), {"ours": 0, "zxing": 0}
    for text in ("https://phone.example/v?c=7K3MQ2XD9ABCDEF0", "ens://v?c=12345678&r=704", POSTER[:90]):
        plain = list(simple.plain(text))  # one of them inverted
        assert read(page, plain) == [text] * len(plain)
        some = list(simple.hard(text, chance))
        found = read(page, some)
        assert set(found) <= {text, ""}
        hard["ours"] += found.count(text)
        hard["zxing"] += sum([each.text for each in zxingcpp.read_barcodes(one)] == [text] for one in some)
    assert hard["ours"] >= 0.9 * hard["zxing"] > 15


def test_the_script_is_the_one_that_was_taken_in():
    assert hashlib.sha256(SCRIPT.read_bytes()).hexdigest() == SHA_256


@pytest.mark.parametrize(("level", "share"), [("L", 0.02), ("M", 0.04), ("Q", 0.08), ("H", 0.1)])
def test_damage_within_what_the_code_allows_is_put_right_and_more_gives_no_wrong_text(page, level, share):
    rng = np.random.default_rng(3)
    text = pass_text(rng)
    clean = modules(text, error=level, boost_error=False)
    inner = slice(13, -13)  # no finder, no format

    def damaged(part: float) -> np.ndarray:
        spoilt = clean.copy()
        block = spoilt[inner, inner]
        rows = max(1, round(part * clean.size / block.shape[1]))
        block[:rows] = np.where(rng.random(block[:rows].shape) < 0.5, 255.0, 0.0)
        return flat(spoilt)

    assert read(page, [damaged(share)]) == [text]
    assert set(read(page, [damaged(0.7) for _ in range(3)])) <= {""}


def test_a_picture_without_a_code_gives_nothing(page):
    rng = np.random.default_rng(5)
    pictures = [np.full((480, 640), value, np.uint8) for value in (0, 128, 255)]
    pictures += [rng.integers(0, 256, (300, 300), dtype=np.uint8) for _ in range(3)]
    pictures += [np.zeros((1, 1), np.uint8), np.zeros((3, 200), np.uint8)]
    stripes = np.zeros((480, 640), np.uint8)
    stripes[:, ::7] = 255
    finders_only = modules("x" * 200)
    finders_only[12:, 12:-12] = finders_only[12:-12, 12:] = 255
    assert read(page, [*pictures, stripes, flat(finders_only)]) == [""] * (len(pictures) + 2)


def test_half_a_code_gives_nothing(page):
    code = flat(modules(POSTER))
    assert read(page, [code[: len(code) // 2], code[:, : len(code) // 2]]) == ["", ""]
