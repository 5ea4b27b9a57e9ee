"""Tell of whom a header speaks, and leave out those who act on the people it counts. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.vocabulary import RESIDENTS, has, key_of


def group_of(keys: Sequence[str]) -> str:
    for key in reversed(keys):
        padded = f" {key} "
        for house in terms.HOUSES:
            padded = padded.replace(f" {house} ", " ")
        padded = f" {those_counted(padded.strip())} "
        padded = padded.replace(" ba con cai ", " ba con da cai ")  # people who install, no children (`con cái`)
        if found := _THEIR_FAMILIES.match(padded.strip()):
            of_learners = found["whose"] in _OF_LEARNERS and _PARENTS.search(found[0])
            return "parents" if of_learners else "families"
        if _is_kin(padded.strip()):
            return "families"
        for group, words in terms.GROUPS.items():
            if has(padded.strip(), *words):
                return group
        if _OF_A_COOPERATIVE.match(padded.strip()):
            return "members"
    return ""


#: with nothing between that says of what else: `Số thành viên tổ COVID cộng đồng` counts those of a hamlet's team
_OF_A_COOPERATIVE = re.compile(
    r"^(?:(?:tong|so|luong) )*thanh vien(?: (?:cua )?(?:htx|hop tac xa))?(?: (?:co|da|cai|chua|su dung)\b|$)"
)


#: the first words say who is counted: `Người thân hội viên đã cài`, `Vợ, chồng, con CBCS` count no members and no staff
_KIN = (
    r"(?:nguoi than|nguoi nha|nguoi trong (?:gia dinh|nha|ho)|gia dinh|than nhan|than quyen|"
    r"thanh vien (?:trong )?(?:gia dinh|ho)|vo|chong|con|con em|con cas?i|con chau|chau|bo me|cha me|ba me|ong ba)"
)
#: before people these may also mean them themselves, `Anh chị em công nhân`: kin only behind others
_SIBLINGS = r"(?:anh chi em|anh em|chi em|anh slash chi slash em)(?: ruot)?"
#: those of others, or of pupils, who are no workers among each other: `Anh chị em của đoàn viên`, `Anh chị em học sinh`
_SIBLINGS_OF = rf"{_SIBLINGS}(?= cua\b| (?:cac )?(?:hoc sinh|hs)\b)"
_OF_LEARNERS = ("hoc sinh", "hs", "sinh vien", "sv", "hssv")
_THEIR_FAMILIES = re.compile(
    rf"^(?:(?:tong|ts|so|luong|luot) )*(?:cac )?(?:{_KIN}|{_SIBLINGS_OF})"
    rf"(?:(?: va| slash| hoac| cung)? (?:{_KIN}|{_SIBLINGS}))*"
    r"(?: (?:trong|trong cung|cung) (?:gia dinh|ho))?(?: cua)?(?: cac)?(?: dong chi| d slash c)? "
    r"(?P<whose>hoi vien|hv|doan vien|dvtn|dang vien|thanh vien|can bo|cong chuc|cb|cbcc|cbccvc|ccvc|cbnv|cbcnv|"
    r"vien chuc|nhan vien|nv|giao vien|gv|cong nhan|cn|nguoi lao dong|nld|cnld|cbcs|chien si|quan nhan|phu nu|nong dan|"
    rf"{'|'.join(_OF_LEARNERS)}|tieu thuong)\b"
)
_PARENTS = re.compile(r"\b(?:bo me|cha me|ba me)\b")
_KIN_ALONE = re.compile(rf"(?:(?:tong|ts|so|luong|cac) )*{_KIN}(?:(?: va| slash| hoac| cung)? (?:{_KIN}|{_SIBLINGS}))*")


def _is_kin(key: str) -> bool:
    """Return whether people are named by their kinship alone: `vợ, con` in `Cán bộ và vợ, con`."""
    return key not in {"nguoi nha", "chau", "so chau", "tong so chau", "ts chau"} and bool(_KIN_ALONE.fullmatch(key))


def group_named(text: str) -> str:
    """Return the people that a text names, residents among them; empty where it names none."""
    key = key_of(text)
    return RESIDENTS if has(key, *terms.RESIDENTS) else group_of([key])


_NUMBER_OF = re.compile(
    r"^(?:(?:trong đó|trong do|tổng|tong|ts|số|so|lượng|luong|lượt|luot|sl|toàn bộ|toan bo|các|cac)\b[\s:.]*)*",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"\s(?:đã|da|được|duoc|chưa|chua|không|khong|có|co|cài|cai|tải|tai|tham gia|đang|dang|hiện|hien|bị|bi|trên|"
    r"tren|tại|ở|trong|thuộc|thuoc|đồng ý|dong y|từ chối|tu choi|cần|can|mới|moi|theo|sử dụng|su dung|của|cua)"
    r"\s.*$|\s*\(.*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[,;/+&]|\b(?:và|va|cùng|cung|kèm|kem|hoặc|hoac|cùng với|lẫn)\b)\s*", re.IGNORECASE)


def without_doing(text: str) -> str:
    """Return who a header speaks of, as it is written, without a word for their number and what was done."""
    return _DOING.sub("", f"{_NUMBER_OF.sub('', ' '.join(text.split()))} ").strip(" ,:-–")


def mixed_in(path: Sequence[str]) -> str:
    """Return the people of several kinds that the lowest text with a word for people names together, as it is written:
    `CB, HS`, `Công nhân và gia đình`; empty where it names one kind."""
    for text in reversed(path):
        who = without_doing(text)
        if _THEIR_FAMILIES.match(key_of(who)):
            return ""
        groups = [group for part in _AND.split(who) if (group := group_named(part))]
        if groups:
            return who[:1].upper() + who[1:] if len(set(groups)) > 1 else ""
    return ""


def without_actor(key: str) -> str:
    """Return a header without those who act, where these are people that are known: what is done by others is not
    left out unseen."""

    def known(found: re.Match[str]) -> str:
        acting = all(word in terms.ACTS_WORDS or word.isdigit() for word in found[2].split())
        return found[1] if acting else found[0]

    return terms.HELPERS.sub("", terms.ACTOR.sub(known, key))


#: when people did it, which is nothing that they do: `Số người bệnh đã cài sau tư vấn`
_AFTERWARDS = re.compile(rf" sau(?: khi)?(?: duoc)? {terms.HELPS}\b.*$")


def those_counted(key: str) -> str:
    """Return a header without those who act on the people it counts: `số người dân được đoàn viên hướng dẫn` counts
    people, `đoàn viên hướng dẫn người dân` too."""
    key = _AFTERWARDS.sub("", without_actor(key))
    found = terms.ACTIVE_HELP.fullmatch(key)
    if found and not has(found["before"].strip(), "duoc", "do", "nho", "boi", "qua"):
        after = found["after"]
        if has(after, *terms.RESIDENTS) or any(has(after, *words) for words in terms.GROUPS.values()):
            return after.strip()
        if has(found["before"], "so nguoi", "so luot", "luot nguoi"):
            return re.sub(r"(so nguoi|so luot|luot nguoi).*", r"\1", found["before"])
    return key


def whom(keys: Sequence[str], of: str) -> str:
    """Return of whom a column counts, residents among them: these also where others are named beside them."""
    if of and not has(those_counted(keys[-1]), *terms.RESIDENTS):
        return of
    return RESIDENTS if any(has(those_counted(key), *terms.RESIDENTS) for key in keys) else ""


def without_people(key: str) -> str:
    """Return a header without its words for people and numbers."""
    padded = f" {key} "
    for words in (*terms.GROUPS.values(), terms.RESIDENTS):
        for word in sorted(words, key=len, reverse=True):
            padded = padded.replace(f" {word} ", " ")
    bare = re.sub(r"^(?:(?:tong )?so(?: luong| luot| nguoi)?|luot|nguoi|trong do)\b", " ", padded.strip())
    return re.sub(r"^\s*(?:nguoi|ng|luot)\b", " ", bare).strip()


_OF_TIME = r"(?:ngay|ngai|nay|nai|het|thoi|luc|hom|cuoi|nam|thang|gio|\d)"
#: those who come, from wherever and for whatever; `công dân` alone are everybody
_COMERS = re.compile(
    r"(?:(?:tong|so|luong|luot) )*(?:nguoi|cong dan|dan|khach) "
    r"(?:den|vao|qua(?= (?:chot|tram|cua|lai|duong|bien gioi|pha|ben|cong|san bay)\b)|ghe|ra vao|tu|ve|vang lai|"
    r"lai vang|noi khac)"
    rf" (?!(?:{_OF_TIME}|choi|do|bo|cai|tai)\b)\w"
)


def who_comes(key: str) -> bool:
    """Return whether a header's key begins with people who come: `người đến liên hệ` are no persons to be reached."""
    return bool(_COMERS.match(key))


def helps_others(leaf: str) -> bool:
    """Return whether a column counts those who help: `Số đoàn viên tham gia hướng dẫn`."""
    return bool(re.search(rf"\btham gia (?:\w+ ){{0,3}}?{terms.HELPS}\b", leaf))


def guides_others(leaf: str, *, of: str, urged: bool) -> bool:
    """Return whether a column counts those who ask or guide others: `Số cán bộ đi vận động`, `Số người hướng dẫn`; of
    `Số người dân hướng dẫn` it cannot be told."""
    found = re.fullmatch(
        rf"(?:tong )?so (?:luong )?(?P<who>nguoi|.+?)(?: da)?(?: di| tham gia)? {terms.HELPS}(?P<rest>.*)", leaf
    )
    if not found or urged or has(leaf, "duoc", "bi", "luot", *terms.RESIDENTS):
        return False
    if found["who"] == "nguoi":
        return not found["rest"].strip()
    return bool(of) and of in {"staff", "members"} and has(leaf, "di")
