"""Of a language that waits for its native reader no text is shown before it is signed; the others are Vietnamese."""

from __future__ import annotations

import gettext
import importlib
import sys
from pathlib import Path

import pytest

from bluezone.i18n import Catalogue, Language
from bluezone.phone.web.presenters.common import offered

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import messages
from catalogues import compile_catalogue, digest, drop_unsigned

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
DAYS = '\nmsgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] '
KHMER = (
    HEAD
    + '\nmsgid "Home"\nmsgstr "ទំព័រដើម"\n\nmsgid "Contacts"\nmsgstr "ទំនាក់ទំនង"\n\nmsgid "News"\nmsgstr ""\n'
    + DAYS
    + '""\n'
)
VIETNAMESE = HEAD + '\nmsgid "Home"\nmsgstr "Trang chủ"\n\nmsgid "News"\nmsgstr "Tin tức"\n' + DAYS + '"{n} ngày"\n'


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with texts in Vietnamese and Khmer, of which nothing is compiled yet; gives the Khmer catalogue."""
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    for code, text in (("vi", VIETNAMESE), ("km", KHMER)):
        folder = tmp_path / tmp_path.name / "locale" / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "words.po").write_text(text, "utf-8")
        compile_catalogue(folder / "words.po")
    (tmp_path / tmp_path.name / "__init__.py").touch()
    return folder / "words.po"


def words_of(package: Path) -> Catalogue:
    return Catalogue(package.parents[3].name, "words")


def sign(catalogue: Path, *texts: str) -> None:
    """Sign these texts as they stand."""
    signed = [digest(each) for each in messages.read(catalogue) if each.id in texts]
    catalogue.with_suffix(".signed").write_text("\n".join(["A reader", *signed]), "utf-8")
    compile_catalogue(catalogue)


def test_what_nobody_signed_is_not_there(package: Path) -> None:
    words = words_of(package)
    assert words.speaks(Language.VIETNAMESE)
    assert not words.speaks(Language.KHMER)
    assert not package.with_suffix(".mo").exists()
    assert words.translator(Language.KHMER).gettext("Home") == "Trang chủ"


def test_a_text_is_compiled_as_it_was_signed_and_no_other(package: Path) -> None:
    sign(package, "Home")
    with package.with_suffix(".mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert [texts.gettext(each) for each in ("Home", "Contacts", "News")] == ["ទំព័រដើម", "Contacts", "News"]
    package.write_text(KHMER.replace("ទំព័រដើម", "អ្វីផ្សេង"), "utf-8")
    compile_catalogue(package)
    assert not package.with_suffix(".mo").exists()


def test_what_is_missing_is_vietnamese(package: Path) -> None:
    sign(package, "Home", "Contacts")
    words = words_of(package)
    assert words.speaks(Language.KHMER)
    speak = words.translator(Language.KHMER).gettext
    assert [speak(each) for each in ("Home", "Contacts", "News")] == ["ទំព័រដើម", "ទំនាក់ទំនង", "Tin tức"]
    assert words.translator(Language.KHMER).ngettext("{n} day", "{n} days", 3) == "{n} ngày"


def test_every_khmer_text_in_the_source_is_signed_or_not_shipped() -> None:
    for room in messages.PLAIN_ROOMS:
        for path in room.waiting:
            texts = messages.read(path)
            begun = messages.begun(path)
            assert drop_unsigned(texts, path.with_suffix(".signed")) == len(begun), f"{path}: unsigned texts"


def test_the_phone_offers_khmer_once_a_text_of_it_is_signed() -> None:
    signed = Catalogue("bluezone.phone.web", "phone").speaks(Language.KHMER)
    assert list(offered()) == ["vi", "en", *(["km"] if signed else [])]
