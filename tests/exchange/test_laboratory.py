"""Results of laboratories by HL7 v2 and CSV."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from tests.exchange.conftest import LAB_TESTS

from bluezone.exchange import hl7, laboratory_csv
from bluezone.exchange.errors import ExchangeError, Fault

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MSH = "MSH|^~\\&|LIS|LAB|BZ|MOH|20200818093000+0700||ORU^R01^ORU_R01|M-1|P|2.5.1||||||UNICODE UTF-8"
PID = (
    "PID|1||BN7^^^LAB^MR~093123456^^^VN^NI||Trần^Mai^Thị||19860201|F|||12 Lê Lợi^^Nàng Mau^Hậu Giang^^VNM^^^Vị Thủy"
    "||^PRN^PH^^^^^^^^^0912345678"
)
OBR = "OBR|1|O-1|LAB-1^LIS|94500-6^SARS-CoV-2 RNA^LN|||20200817080000|||||||||||||||20200818093000+0700|||F"
OBX = "OBX|1|CWE|94500-6^SARS-CoV-2 RNA^LN||260373001^Detected^SCT||||||F"


def message(*changed: str, head: str = MSH, end: str = "\r") -> bytes:
    """A message of the lines above; a changed one takes the place of its kind."""
    kinds = {each[:3]: each for each in (PID, OBR, OBX)} | {each[:3]: each for each in changed}
    return (end.join([head, *(each for each in kinds.values() if len(each) > 3)]) + end).encode()


def read(data: bytes):
    return [result for each in hl7.read_messages(data) for result in hl7.results(each, ZONE, LAB_TESTS)]


def test_a_message_says_whose_sample_what_was_found_and_when():
    [found] = read(message())
    assert (found.external_id, found.finding, found.where) == ("LAB-1", "positive", "OBR 3")
    assert (found.sampled_on, found.reported_on) == (dt.date(2020, 8, 17), dt.date(2020, 8, 18))
    assert found.issued_at == dt.datetime(2020, 8, 18, 2, 30, tzinfo=dt.UTC)
    assert (found.name, found.birth_year, found.sex) == ("Trần Thị Mai", 1986, "female")
    assert (found.telephone, found.document) == ("0912345678", "093123456")
    assert (found.address, found.commune) == ("12 Lê Lợi", "Nàng Mau, Vị Thủy, Hậu Giang")


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        (OBX, "positive"),
        (OBX.replace("260373001^Detected", "260415000^Not detected"), "negative"),
        ("OBX|1|ST|94309-2||Not  detected||||||F", "negative"),
        ("OBX|1|ST|other||Dương tính||||||F", "positive"),
        ("OBX|1|NM|94500-6||31.2||POS|||F", "it does not say"),
        (OBX.replace("94500-6^SARS-CoV-2 RNA^LN", "92142-9^Influenza A RNA^LN"), "none of its results is of a test"),
        ("OBX|1|NM|94500-6||31.2|Ct||POS|||F", "positive"),
        (OBR.replace("|||F", "|||C"), "positive"),
        (OBR.replace("|||F", "|||X"), "withdrawn"),
        (OBR.replace("|||F", ""), "positive"),  # the report has no status, its result has
        (OBR.replace("|||F", "|||P"), None),  # not ready yet
        (OBR.replace("|||F", "|||I"), None),
    ],
)
def test_what_was_found(changed, finding):
    if finding is not None and " " in finding:
        with pytest.raises(ExchangeError, match=f"OBR 3: {finding}"):
            read(message(changed))
        return
    assert [each.finding.value for each in read(message(changed))] == ([finding] if finding else [])


def test_one_file_holds_many_messages_patients_and_reports_however_lines_end():
    second = message(PID.replace("093123456", "093999999"), OBR.replace("LAB-1", "LAB-2"))
    two = second + "\r".join([OBR.replace("LAB-1", "LAB-3"), OBX.replace("260373001", "260415000")]).encode()
    blocks = b"\x0b" + message(end="\r\n") + b"\x1c\r\x0b" + two + b"\r\x1c\r"
    found = [(each.external_id, each.document) for each in read(blocks)]
    assert found == [("LAB-1", "093123456"), ("LAB-2", "093999999"), ("LAB-3", "093999999")]


def test_escapes_are_undone_and_the_specimen_says_the_day():
    spm = "SPM|1|||NP|||||||||||||20200816"
    data = message(PID.replace("12 Lê Lợi", "3\\T\\4 L\\F\\ \\E\\ \\X41\\ \\.br\\B")) + spm.encode() + b"\r"
    [found] = read(data)
    assert found.address == "3&4 L| \\ A \nB"
    assert found.sampled_on == dt.date(2020, 8, 16)


WRONG = "\r".join([MSH, "PID|1||||Hélène", OBR, OBX]).encode("iso-8859-1")
LATIN = WRONG.replace(b"UNICODE UTF-8", b"8859/1")


@pytest.mark.parametrize(
    ("data", "sentence", "fault"),
    [
        (b"", "there is no HL7 message in it", Fault.SEQUENCE),
        (b"PID|1", "there is no HL7 message in it", Fault.SEQUENCE),
        (b"MSH|", "there is no HL7 message in it", Fault.SEQUENCE),
        (b" " * (11 * 1024 * 1024), "it has 11 MB, more than the 10 that are read", Fault.TYPE),
        (
            message(head=MSH.replace("ORU^R01^ORU_R01", "ADT^A01")),
            "the message is “ADT^A01”: ORU^R01 is meant",
            Fault.KIND,
        ),
        (message(head=MSH.replace("UNICODE UTF-8", "ISO IR87")), "MSH-18 names the characters “ISO IR87”", Fault.VALUE),
        (message(head=MSH.replace("UNICODE UTF-8", "")), "segment 2: MSH-18 .* “ASCII”, and byte E1", Fault.TYPE),
        (WRONG, "segment 2: MSH-18 names .* “UNICODE UTF-8”, and byte", Fault.TYPE),
        (message(OBR.replace("LAB-1^LIS", "").replace("O-1", "")), "OBR 3: it has no number of the lab", Fault.MISSING),
        (message(OBR.replace("20200817080000", "")), "OBR 3: it does not say on which day the sample", Fault.MISSING),
        (message(OBR.replace("20200817080000", "20201340")), "OBR 3: it does not say on which day", Fault.TYPE),
        (message("OBX"), "OBR 3: it does not say “detected”", Fault.VALUE),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(data, sentence, fault):
    with pytest.raises(ExchangeError, match=sentence.replace("^", r"\^")) as refused:
        read(data)
    assert refused.value.fault is fault


def test_a_name_in_the_letters_that_the_message_names():
    [found] = read(LATIN)
    assert found.name == "Hélène"


@pytest.mark.parametrize(
    ("code", "text", "fault", "told"),
    [
        ("AA", "", None, []),
        ("AE", "OBR 3: no | day ^ & ~", Fault.MISSING, ["101", "Required field missing", "HL70357", "E"]),
        ("AA", "no such place", Fault.VALUE, ["103", "Table value not found", "HL70357", "W"]),
        ("AR", "no token", None, []),  # MSA-3 says it; no table names it
    ],
)
def test_the_answer_names_the_message_and_says_why_not(code, text, fault, told):
    [asked] = hl7.read_messages(message())
    answer = hl7.acknowledgement(asked, code, dt.datetime(2020, 8, 18, 3, tzinfo=dt.UTC), text, fault)
    segments = answer.strip("\r").split("\r")
    assert segments[0].startswith("MSH|^~\\&|BZ|MOH|LIS|LAB|20200818030000+0000||ACK^R01^ACK|M-1|P|2.5.1")
    assert segments[1].startswith(f"MSA|{code}|M-1")
    back = hl7.read_messages(answer.encode())[0]
    assert back.control_id == "M-1"
    assert back.segments[1].field(3) == text
    errors = back.segments[2:]
    assert [[*(each.field(3, part) for part in (1, 2, 3)), each.field(4)] for each in errors] == [told] * bool(told)
    assert [each.field(8) for each in errors] == [text] * bool(told)
    assert hl7.acknowledgement(None, "AR", dt.datetime(2020, 8, 18, tzinfo=dt.UTC), "x").startswith("MSH|")


# --- CSV --------------------------------------------------------------------------------------------------------------

HEAD = "Mã kết quả;Kết quả;Ngày lấy mẫu;Ngày trả kết quả;Họ và tên;Năm sinh;Giới tính;Điện thoại;Số CCCD;Xã/phường"
PLAIN = "LAB-1,POSITIVE,2020-08-17,2020-08-18,Trần Thị Mai,1986,F,0912345678,093123456,Nàng Mau"
ROW = "LAB-1;Dương tính;17/08/2020;18.8.2020;Trần  Thị Mai;01/02/1986;Nữ;0912345678;093123456;Nàng Mau"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\r\n{ROW}\r\n\r\n",
        f"\ufeff{HEAD}\n{ROW}",
        f"{HEAD}\n{ROW}".replace(";", ","),
        f"id,result,sampled_on,reported on,name,birth_year,sex,phone,document,commune\n{PLAIN}",
    ],
)
def test_a_line_is_a_result_whatever_the_columns_are_called(text):
    [found] = laboratory_csv.read_results(text.encode())
    assert (found.external_id, found.finding, found.where) == ("LAB-1", "positive", "line 2")
    assert (found.sampled_on, found.reported_on) == (dt.date(2020, 8, 17), dt.date(2020, 8, 18))
    assert (found.name, found.birth_year, found.sex) == ("Trần Thị Mai", 1986, "female")
    assert (found.telephone, found.document, found.commune) == ("0912345678", "093123456", "Nàng Mau")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the first line names no column “external_id”"),
        ("id,result\n1,âm tính", "names no column “sampled_on”"),
        (HEAD, "there is no line with a result"),
        (f"{HEAD}\n{ROW}".encode("utf-16"), "line 1: it is no UTF-8"),
        (f"{HEAD}\n{ROW}\n".encode() + b"\xe0\xff", "line 3: it is no UTF-8"),
        (f"{HEAD}\n;{ROW.partition(';')[2]}", "line 2: it has no id"),
        (f"{HEAD}\n{ROW.replace('Dương tính', 'chờ')}", "line 2: “chờ” is neither positive nor negative"),
        (f"{HEAD}\n{ROW.replace('17/08', '31/02')}", "line 2: “31/02/2020” is no day"),
        (f"{HEAD}\n{ROW}\n{ROW.replace('17/08/2020', '')}", "line 3: “” is no day"),
        ("x" * 11_000_000, "it has 11 MB"),
    ],
)
def test_what_is_no_table_of_results_is_said_with_its_line(text, sentence):
    with pytest.raises(ExchangeError, match=sentence):
        laboratory_csv.read_results(text if isinstance(text, bytes) else text.encode())


def test_a_result_is_taken_back_by_its_word():
    [found] = laboratory_csv.read_results(f"{HEAD}\n{ROW.replace('Dương tính', 'Hủy')}".encode())
    assert found.finding == "withdrawn"
