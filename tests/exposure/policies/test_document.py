from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.protocol.signed_documents import NOW_S, TRUSTED
from tests.protocol.signed_documents import resigned as signed_anew
from tests.protocol.signed_documents import signed as signed_document

from bluezone.exposure.calibration import Calibration, default_calibration
from bluezone.exposure.errors import ExposureError, PolicyDocumentError
from bluezone.exposure.policies import BLUEZONE, BLUEZONE_303, EN_V1_BUCKETS, POLICIES, Log
from bluezone.exposure.policies.document import MUST_WARN, POLICY, PublishedPolicy, check_sane, policy_in
from bluezone.exposure.policies.families import FAMILIES, build, family_of
from bluezone.exposure.policies.published_table import table_from_body, table_from_file
from bluezone.protocol.documents import DocumentError, content_of, verify

#: all that may be sent to phones: the original's rule may not
SENDABLE = sorted(set(POLICIES) - {"bluezone-3.0.3"})


def signed(policy=BLUEZONE, calibration=None) -> bytes:
    return signed_document(POLICY, content=PublishedPolicy(policy, calibration))


SIGNED = signed()


def read(data: bytes = SIGNED) -> PublishedPolicy:
    return verify(data, POLICY, TRUSTED, "452", "", NOW_S).content


def resigned(**changes: object) -> bytes:
    """Sign the document with changes in its content."""
    return signed_anew(SIGNED, POLICY, content=content_of(SIGNED, POLICY) | changes)


@pytest.mark.parametrize("name", SENDABLE)
def test_a_policy_comes_out_of_its_document_as_it_went_in(name):
    assert read(signed(POLICIES[name])).policy == POLICIES[name]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"family": "astrology"}, "'astrology' is not known here"),
        ({"family": None}, "family, name, version or source is missing"),
        ({"parameters": []}, "parameters are missing"),
        ({"parameters": {}}, "lacks base_share"),
        ({"name": ""}, "name '' is not a short text"),
        ({"version": "x" * 101}, "version"),
    ],
)
def test_a_signed_document_that_makes_no_sense_is_refused(changes, what):
    with pytest.raises(DocumentError, match=what):
        read(resigned(**changes))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("near_db", "0"),
        ("near_db", None),
        ("near_db", True),
        ("near_db", [60]),
        ("soft_db", 0),
        ("base_share", [0.2]),
        ("slope", -1),
        ("surprise", 1),
    ],
)
def test_a_parameter_of_the_wrong_kind_is_refused(parameter, value):
    parameters = dict(BLUEZONE.parameters()) | {parameter: value}
    with pytest.raises(DocumentError):
        read(resigned(parameters=parameters))


ABSURD_NUMBERS = (0.0, -1.0, 1e-300, 1e9, 1e300)


@pytest.mark.parametrize("parameter", sorted(BLUEZONE.parameters()))
def test_whatever_a_signed_policy_says_a_phone_refuses_it_or_can_judge_by_it_whatever_its_log(parameter):
    """An arithmetic error would stop every check of every phone that took the document."""
    parameters = json.loads(json.dumps(dict(BLUEZONE.parameters())))
    for value in absurd(parameters[parameter]):
        try:
            policy = read(
                resigned(family=family_of(BLUEZONE), name="bluezone", parameters=parameters | {parameter: value})
            ).policy
        except DocumentError:
            continue
        for log in (None, Log(1, 199.0), Log(10**6, -39.0)):
            for windows in MUST_WARN.values():
                [day] = policy.knowing(log).assess(windows).days
                assert 0 <= day.probability <= 1
                assert 0 <= day.evidence.near_minutes < 1e6


def absurd(value):
    """Return a value with each number in it replaced by numbers that make no sense."""
    if not isinstance(value, list):
        return list(ABSURD_NUMBERS)
    return [
        [],
        5.0,
        *([*value[:at], other, *value[at + 1 :]] for at in range(len(value)) for other in absurd(value[at])),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=10), children, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(FAMILIES)), st.dictionaries(st.sampled_from(["threshold_minutes", "x"]), json_values))
def test_no_parameters_crash_the_building_of_a_policy(family, parameters):
    with pytest.raises(ExposureError):
        build(family, "x", "1", parameters)


ABSURD = {
    "a threshold that nobody reaches": replace(EN_V1_BUCKETS, threshold_minutes=1e6),
    "weights of nothing": replace(EN_V1_BUCKETS, weights=(0.0, 0.0)),
    "a weight with which a minute is enough": replace(EN_V1_BUCKETS, weights=(20.0, 0.5)),
    "an edge beyond hearing": replace(EN_V1_BUCKETS, edges_db=(63.0, 190.0), weights=(1.0, 1.0)),
    "minutes that a corridor has": replace(BLUEZONE, even_minutes=0.5),
    "minutes that nobody reaches": replace(BLUEZONE, even_minutes=1e3),
    "a false alarm that costs a thousand misses": replace(BLUEZONE, false_alarm_weight=1e3),
    "near at any strength": replace(BLUEZONE, near_db=110.0),
    "the original's one sighting": BLUEZONE_303,
}


@pytest.mark.parametrize("what", sorted(ABSURD))
def test_a_policy_that_warns_everyone_or_no_one_is_refused_on_both_sides(what):
    with pytest.raises(DocumentError, match="absurd"):
        signed(ABSURD[what])
    data = resigned(family=family_of(ABSURD[what]), name=ABSURD[what].name, parameters=dict(ABSURD[what].parameters()))
    with pytest.raises(DocumentError, match="absurd"):
        read(data)
    assert policy_in(data).policy.name == ABSURD[what].name


@pytest.mark.parametrize("name", SENDABLE)
def test_every_policy_but_the_originals_is_sane(name):
    check_sane(POLICIES[name])


def test_a_policy_of_no_family_cannot_be_sent():
    class Astrology:
        name = "astrology"

    with pytest.raises(ExposureError, match="no family"):
        family_of(Astrology())


# --- the table of phone models ----------------------------------------------------------------------------------------

TABLE = Calibration("2026-11", {"Pixel 2": 0.15, "Redmi 9": -3.5}, {"Redmi 9": 4.25}, "a test")


def table_with(**changes: object) -> dict[str, object]:
    return json.loads(TABLE.to_json()) | changes


@pytest.mark.parametrize("table", [TABLE, default_calibration(), replace(TABLE, rx_db={}, tx_db={})])
def test_a_table_of_models_comes_out_of_the_document_as_it_went_in_and_keeps_its_version(table):
    found = read(signed(calibration=table))
    assert (found.calibration, found.calibration_version) == (table, table.version)
    assert policy_in(signed(calibration=table)).calibration == table


def test_a_document_without_a_table_is_one_from_before_there_were_tables():
    assert "calibration" not in content_of(SIGNED, POLICY)
    assert (read().calibration, read().calibration_version) == (None, "")


ABSURD_TABLES = {
    "a correction beyond what phones differ by": table_with(rx_db={"Pixel 2": 15.5}),
    "one the other way": table_with(tx_db={"Pixel 2": -16}),
    "everybody moved nearer": table_with(rx_db={f"model {n}": 6.0 for n in range(30)}),
    "everybody moved farther": table_with(tx_db={f"model {n}": -6.0 for n in range(30)}),
    "more models than a phone keeps": table_with(rx_db={f"model {n}": 0 for n in range(1001)}),
    "a model without a name": table_with(rx_db={" ": 1.0}),
    "a model with a name like a book": table_with(rx_db={"x" * 101: 1.0}),
    "a version like a book": table_with(version="x" * 101),
    "no version": table_with(version=""),
    "no number": table_with(rx_db={"Pixel 2": "2"}),
    "true for a number": table_with(rx_db={"Pixel 2": True}),
    "a list": [1, 2],
    "nothing": None,
}


@pytest.mark.parametrize("what", sorted(ABSURD_TABLES))
def test_an_absurd_table_is_refused_though_signed_and_the_policy_with_it(what):
    with pytest.raises(DocumentError, match="calibration"):
        read(resigned(calibration=ABSURD_TABLES[what]))


@pytest.mark.parametrize(
    "table",
    [
        replace(TABLE, rx_db={"Pixel 2": 20.0}),
        replace(TABLE, rx_db={f"model {n}": 6.0 for n in range(9)}),
        replace(TABLE, tx_db={"a\0b": 1.0}),
    ],
)
def test_an_authority_cannot_sign_what_phones_would_refuse(table):
    with pytest.raises(PolicyDocumentError, match="calibration"):
        signed(calibration=table)


def test_a_document_larger_than_phones_take_is_not_signed():
    models = {f"{'a model with a long name ' * 3}{n}": 1.0 for n in range(1000)}
    with pytest.raises(DocumentError, match="more than the 64000"):
        signed(calibration=replace(TABLE, rx_db=models))


@given(json_values)
def test_what_is_no_table_is_refused_and_never_crashes(table):
    with pytest.raises(PolicyDocumentError, match="calibration"):
        table_from_body(table)


def test_a_table_in_a_file_is_read_and_tried_the_same_way():
    assert table_from_file(TABLE.to_json().encode()) == TABLE
    for data in (b"", b"\xff", b"[]", json.dumps(table_with(rx_db={"Pixel 2": 15.5})).encode()):
        with pytest.raises(PolicyDocumentError, match="calibration"):
            table_from_file(data)
