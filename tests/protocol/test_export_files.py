from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.exports import ExportError, index_from_text, index_to_text, pad_keys


def seeded(seed: int):
    return np.random.default_rng(seed).bytes


def test_a_small_batch_is_padded_and_the_real_keys_come_first(fortnight) -> None:
    padded = pad_keys(fortnight, 100, secrets.token_bytes)
    assert len(padded) == 100
    assert padded[:14] == fortnight
    assert len({key.key for key in padded}) == 100


def test_made_up_keys_look_like_the_real_ones_in_all_but_the_key(fortnight) -> None:
    def facts(key):
        return replace(key, key=bytes(16))

    padded = pad_keys(fortnight, 14 * 5, secrets.token_bytes)
    assert Counter(map(facts, padded)) == {facts(key): 5 for key in fortnight}


@given(minimum=st.integers(0, 60), jitter=st.integers(0, 20), seed=st.integers(0, 1000))
def test_the_number_of_keys_ends_between_minimum_and_minimum_plus_jitter(fortnight, minimum, jitter, seed) -> None:
    length = len(pad_keys(fortnight, minimum, seeded(seed), jitter))
    assert max(14, minimum) <= length <= max(14, minimum + jitter)


def test_the_jitter_is_even(fortnight) -> None:
    entropy = seeded(7)
    lengths = Counter(len(pad_keys(fortnight, 20, entropy, 4)) for _ in range(2_000))
    assert set(lengths) == {20, 21, 22, 23, 24}
    assert all(330 <= count <= 470 for count in lengths.values())  # 400 expected, four standard deviations


def test_a_large_batch_and_an_empty_one_stay_as_they_are(fortnight) -> None:
    assert pad_keys(fortnight, 14, secrets.token_bytes) == fortnight
    assert pad_keys((), 1_000, secrets.token_bytes) == ()


@pytest.mark.parametrize(("minimum", "jitter"), [(-1, 0), (0, -1)])
def test_padding_to_less_than_nothing_is_refused(fortnight, minimum: int, jitter: int) -> None:
    with pytest.raises(ExportError):
        pad_keys(fortnight, minimum, secrets.token_bytes, jitter)


# --- the index --------------------------------------------------------------------------------------------------------

NAMES = ["452/1589760000-1589846400-00001.zip", "452/1589846400-1589932800-00001.zip"]


def test_the_index_lists_each_file_once_in_order() -> None:
    text = index_to_text([*NAMES[::-1], NAMES[0]])
    assert text == "\n".join(NAMES)
    assert index_from_text(text, "452/") == tuple(NAMES)


def test_an_empty_index_is_no_files() -> None:
    assert index_to_text([]) == ""
    assert index_from_text("") == ()
    assert index_from_text("\n\n") == ()


def test_line_ends_and_spaces_of_other_servers_are_forgiven() -> None:
    assert index_from_text(f"{NAMES[0]}\r\n {NAMES[1]} \r\n\r\n{NAMES[0]}\n", "452/") == tuple(NAMES)


@pytest.mark.parametrize(
    "line",
    [
        "https://evil.example/1.zip",
        "//evil.example/1.zip",
        "/452/1.zip",
        "452/../../secret.zip",
        "452//1.zip",
        "452/.hidden.zip",
        "452\\1.zip",
        "452/1.exe",
        "452/%2e%2e/1.zip",
        "452/1.zip?x=.zip",
        "310/1.zip",
        "452/hậu.zip",
        "452/a b.zip",
    ],
)
def test_a_line_that_leads_elsewhere_makes_the_index_refused(line: str) -> None:
    with pytest.raises(ExportError, match="line 2"):
        index_from_text(f"{NAMES[0]}\n{line}", "452/")


@pytest.mark.parametrize("name", ["", "452/../1.zip", "452/1.txt", "452/1.zip\n452/2.zip"])
def test_no_such_line_is_ever_written(name: str) -> None:
    with pytest.raises(ExportError):
        index_to_text([name])


def test_an_endless_index_is_refused() -> None:
    with pytest.raises(ExportError, match="5001 lines"):
        index_from_text("452/1.zip\n" * 5_001)


@given(st.text(max_size=200))
def test_any_text_is_an_index_or_an_export_error(text: str) -> None:
    try:
        names = index_from_text(text, "452/")
    except ExportError:
        return
    assert all(name.startswith("452/") and name.endswith(".zip") for name in names)
