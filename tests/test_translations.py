"""The Lithuanian texts are complete and fresh, and the tool that says so sees each kind of fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from installer.translations import ROOT, Files, complaints, main

SOURCE = '''
"""Texts."""
TABLE = {"a": N_("Names are kept")}
print(_("Hello, {name}!").format(name="A"), ngettext("{n} desk", "{n} desks", 3))
'''
LITHUANIAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8"

msgid "Names are kept"
msgstr "Vardai laikomi"

msgid "Hello, {name}!"
msgstr "Sveiki, {name}!"

msgid "{n} desk"
msgid_plural "{n} desks"
msgstr[0] "{n} postas"
msgstr[1] "{n} postai"
msgstr[2] "{n} postų"
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A small project whose texts are all translated and fresh."""
    source = tmp_path / "station" / "ui" / "hello.py"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE, encoding="utf-8")
    given = tmp_path / "given.po"
    given.write_text(LITHUANIAN, encoding="utf-8")
    assert main(["merge", str(given)], tmp_path) == 0
    assert main(["compile"], tmp_path) == 0
    assert list(complaints(Files(tmp_path))) == []
    return Files(tmp_path)


def test_the_programs_own_texts_are_all_translated_and_fresh() -> None:
    assert list(complaints(Files(ROOT))) == []


def test_a_new_text_is_asked_for(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    source = files.sources[0]
    source.write_text(source.read_text() + '\nprint(_("New"))\n')
    assert main(["--check"], files.root) == 1
    said = capsys.readouterr().err
    assert "run extract" in said
    assert main(["extract"], files.root) == 0
    assert list(complaints(files)) == ["no Lithuanian for “New”"]
    assert "Vardai laikomi" in files.po.read_text()


def test_a_text_that_is_gone_goes(files: Files) -> None:
    source = files.sources[0]
    source.write_text(source.read_text().replace('N_("Names are kept")', "1"))
    assert any("run extract" in complaint for complaint in complaints(files))
    assert main(["extract"], files.root) == 0
    assert "Vardai laikomi" not in files.po.read_text()
    assert any("run compile" in complaint for complaint in complaints(files))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Sveiki, {name}!", "Sveiki!", "other placeholders in the Lithuanian of “Hello, {name}!”"),
        ("Sveiki, {name}!", "Sveiki, {vardas}!", "other placeholders in the Lithuanian of “Hello, {name}!”"),
        ("{n} postų", "postų", "other placeholders in the Lithuanian of “{n} desk”"),
        ("{n} postų", "", "no Lithuanian for “{n} desk”"),
        ("Vardai laikomi", "", "no Lithuanian for “Names are kept”"),
        ("Vardai laikomi", "Vardai laikomi ", "space around the Lithuanian of “Names are kept”"),
        ('msgid "Names', '#, fuzzy\nmsgid "Names', "unconfirmed (fuzzy) Lithuanian for “Names are kept”"),
    ],
)
def test_each_fault_of_a_translation_is_named(files: Files, old: str, new: str, complaint: str) -> None:
    text = files.po.read_text(encoding="utf-8")
    assert old in text
    files.po.write_text(text.replace(old, new), encoding="utf-8")
    assert complaint in list(complaints(files))


def test_a_stale_machine_file_is_named(files: Files) -> None:
    files.po.write_text(files.po.read_text(encoding="utf-8").replace("laikomi", "saugomi"), encoding="utf-8")
    assert list(complaints(files)) == ["station.mo is not what station.po says: run compile"]


def test_an_f_string_is_named_with_its_line(files: Files) -> None:
    source = files.sources[0]
    source.write_text(source.read_text() + "\nprint(_(f'Hello {source}'))\n")
    assert any(complaint.endswith("hello.py:6: an f-string cannot be translated") for complaint in complaints(files))


def test_merging_names_strangers_and_takes_no_fuzzy_or_half_ones(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files.po.read_bytes()
    given = tmp_path / "more.po"
    given.write_text(
        LITHUANIAN.split('msgid "Names', maxsplit=1)[0]
        + '#, fuzzy\nmsgid "Names are kept"\nmsgstr "Kažkas"\n\nmsgid "Stranger"\nmsgstr "Svetimas"\n\n'
        + 'msgid "{n} desk"\nmsgid_plural "{n} desks"\nmsgstr[0] "x"\nmsgstr[1] ""\nmsgstr[2] "y"\n',
        encoding="utf-8",
    )
    assert main(["merge", str(given)], files.root) == 0
    said = capsys.readouterr()
    assert said.out == "0 translations taken\n"
    assert said.err == "not a text of this program: “Stranger”\n"
    assert files.po.read_bytes() == before


def test_what_cannot_be_read_is_said_in_one_line(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files.po.read_bytes()
    bad = tmp_path / "bad.po"
    for content in (b"nonsense\n", b'msgid "a"\nmsgstr "\xff"\n'):
        bad.write_bytes(content)
        assert main(["merge", str(bad)], files.root) == 1
    assert main(["merge", str(tmp_path / "none.po")], files.root) == 1
    files.sources[0].write_text('_("""open')
    assert main(["extract"], files.root) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 4
    assert files.po.read_bytes() == before


@pytest.mark.parametrize("arguments", [[], ["merge"], ["extract", "x.po"], ["extract", "--check"]])
def test_wrong_usage_exits_two(files: Files, arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments, files.root)


def test_the_files_change_only_with_the_texts(files: Files) -> None:
    before = [path.read_bytes() for path in (files.pot, files.po, files.mo)]
    for act in ("extract", "compile"):
        assert main([act], files.root) == 0
    assert [path.read_bytes() for path in (files.pot, files.po, files.mo)] == before
    header = files.po.read_text(encoding="utf-8").split("\n\n")[0]
    assert "Date" not in header
    assert "nplurals=3" in header
