"""Keeps the Lithuanian texts in step with the program: extract, merge, compile, check.

    python installer/translations.py extract         station.pot and station.po from the sources
    python installer/translations.py merge FILE.po   take over the translations given there
    python installer/translations.py compile         station.mo from station.po
    python installer/translations.py --check         exit 1, naming each thing that is stale, missing or wrong

English stands in the sources. Files carry no dates and no line numbers, so they change only when a text does.
"""

from __future__ import annotations

import argparse
import ast
import io
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import TextIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

LOCALE = "lt"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
ROOT = Path(__file__).resolve().parent.parent
_COMMENT = "# The program's texts. Made by installer/translations.py: change msgstr lines only."


@dataclass(frozen=True, slots=True)
class Files:
    """Where the texts of a project are."""

    root: Path

    @property
    def sources(self) -> list[Path]:
        return sorted((self.root / "station").rglob("*.py"))

    @property
    def pot(self) -> Path:
        return self.root / "resources" / "locale" / "station.pot"

    @property
    def po(self) -> Path:
        return self.root / "resources" / "locale" / LOCALE / "LC_MESSAGES" / "station.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")


class UnreadableSource(Exception):
    """A source file whose texts cannot be found."""


def extract(files: Files) -> None:
    """Write the template and the Lithuanian file with every text of it, without those that are gone."""
    template = found(files)
    _write(files.pot, po_bytes(template))
    _write(files.po, po_bytes(updated(files, template)))


def found(files: Files) -> Catalog:
    """Every text in the sources, as a template without translations."""
    template = _empty(None)
    for source in files.sources:
        try:
            for _line, texts, _comments, _context in extract_from_file("python", source, keywords=KEYWORDS):
                template.add(texts)
        except (TokenError, SyntaxError) as error:
            raise UnreadableSource(f"{source} is no Python: {error}") from None
    return template


def updated(files: Files, template: Catalog) -> Catalog:
    """The Lithuanian texts brought up to the template: new ones empty, never guessed from a like one."""
    catalogue = _empty(LOCALE)
    before = load(files.po) if files.po.exists() else catalogue
    for message in template:
        if message.id:
            kept = before.get(message.id)
            catalogue.add(message.id, kept.string if kept else "", flags=kept.flags if kept else ())
    return catalogue


def load(path: Path) -> Catalog:
    """A .po file. Raises ``PoFileError`` or ``UnicodeDecodeError`` for what is none."""
    return read_po(io.BytesIO(path.read_bytes()), locale=LOCALE, charset="utf-8", abort_invalid=True)


def merge(files: Files, given: Path) -> tuple[int, list[str]]:
    """Take over the finished translations in ``given``: how many, and those the program has no text for."""
    template = found(files)
    catalogue = updated(files, template)
    taken, strangers = 0, []
    for message in load(given):
        if not message.id or not all(_strings(message)) or message.fuzzy:
            continue
        ours = catalogue.get(message.id)
        if ours is None or ours.pluralizable != message.pluralizable:
            strangers.append(_name(message))
        elif ours.string != message.string or ours.fuzzy:
            ours.string = message.string
            ours.flags.discard("fuzzy")
            taken += 1
    _write(files.pot, po_bytes(template))
    _write(files.po, po_bytes(catalogue))
    return taken, strangers


def compiled(files: Files) -> bytes:
    """What station.mo must be by station.po."""
    catalogue = _empty(LOCALE)
    for message in load(files.po):
        if message.id:
            catalogue.add(message.id, message.string, flags=message.flags)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def complaints(files: Files) -> Iterator[str]:
    """What is stale, missing or wrong, a sentence each; nothing when all is well."""
    template = found(files)
    for source in files.sources:
        yield from _unreadable(source, files.root)
    if not files.po.exists() or not files.pot.exists():
        yield f"{files.po.name} or {files.pot.name} is missing: run extract"
        return
    catalogue = load(files.po)
    if files.pot.read_bytes() != po_bytes(template) or files.po.read_bytes() != po_bytes(updated(files, template)):
        yield f"{files.pot.name} or {files.po.name} is not what the sources say: run extract"
    for message in template:
        if message.id:
            yield from _faults(message, catalogue.get(message.id))
    if not files.mo.exists() or files.mo.read_bytes() != compiled(files):
        yield f"{files.mo.name} is not what {files.po.name} says: run compile"


def _faults(message: Message, translated: Message | None) -> Iterator[str]:
    name = _name(message)
    strings = _strings(translated) if translated else []
    if not strings or not all(strings):
        yield f"no Lithuanian for “{name}”"
        return
    if translated and translated.fuzzy:
        yield f"unconfirmed (fuzzy) Lithuanian for “{name}”"
    model = message.id if isinstance(message.id, str) else message.id[1]
    for text in strings:
        if _placeholders(text) != _placeholders(model):
            yield f"other placeholders in the Lithuanian of “{name}”"
        if text != text.strip() and model == model.strip():
            yield f"space around the Lithuanian of “{name}”"


def _unreadable(source: Path, root: Path) -> Iterator[str]:
    """An f-string within ``_()`` is never found by gettext, and would stay English for ever."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            for argument in node.args:
                if isinstance(argument, ast.JoinedStr):
                    yield f"{source.relative_to(root)}:{node.lineno}: an f-string cannot be translated"


def _placeholders(text: str) -> list[str]:
    try:
        return sorted(
            f"{name}!{how or ''}:{spec}" for _, name, spec, how in string.Formatter().parse(text) if name is not None
        )
    except ValueError:
        return ["no format string"]  # a lone brace is right where the English has one too


def _strings(message: Message) -> list[str]:
    found = message.string or ""
    return [found] if isinstance(found, str) else list(found)


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


class _Texts(Catalog):
    """A catalogue whose header says nothing that changes: no dates, people or tool versions."""

    def _headers(self) -> list[tuple[str, str]]:
        language = [("Language", LOCALE), ("Plural-Forms", self.plural_forms)] if self.locale else []
        return [
            ("Project-Id-Version", "Station"),
            *language,
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]

    mime_headers = property(_headers)


def _empty(locale: str | None) -> Catalog:
    return _Texts(locale=locale, domain="station", header_comment=_COMMENT, fuzzy=False)


def po_bytes(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    return out.getvalue()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def _say(line: str, where: TextIO) -> None:
    where.write(line + "\n")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("act", nargs="?", choices=("extract", "merge", "compile"))
    parser.add_argument("file", nargs="?", type=Path, help="for merge: the .po file to take translations from")
    parser.add_argument("--check", action="store_true", help="name what is stale, missing or wrong; exit 1 if any")
    chosen = parser.parse_args(arguments)
    if (chosen.act is None) != chosen.check or (chosen.act == "merge") != (chosen.file is not None):
        parser.error("choose one: extract, merge FILE.po, compile, or --check")
    files = Files(root)
    try:
        if chosen.check:
            wrong = list(complaints(files))
            for complaint in wrong:
                _say(complaint, sys.stderr)
            return 1 if wrong else 0
        if chosen.act == "extract":
            extract(files)
        elif chosen.act == "compile":
            _write(files.mo, compiled(files))
        else:
            taken, strangers = merge(files, chosen.file)
            _say(f"{taken} translations taken", sys.stdout)
            for stranger in strangers:
                _say(f"not a text of this program: “{stranger}”", sys.stderr)
    except UnreadableSource as error:
        _say(str(error), sys.stderr)
        return 1
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        _say(f"{chosen.file or files.po}: {error}", sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
