"""Which column of a table holds what: guessed from headings and values, shown, changed by a person, checked. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from station import personal_code
from station.headings import Field, is_left_out, meaning, plain
from station.sheets.table import Line
from station.trouble import Trouble

_TOP = 30
"""Lines at the beginning among which the headings are looked for, below the title."""
_LOOKED_AT = 200
"""Lines whose values say what an unnamed column holds."""
_MOSTLY = 0.8
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_NUMBER = re.compile(r"[A-Za-z]{0,4}[ -]?[0-9][0-9A-Za-z -]{2,20}")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’. ]+[^\W\d_]+)*\.?")
_SURNAMES = (
    "aitė", "ytė", "utė", "ūtė", "ienė", "uvienė", "auskas", "evičius", "avičius", "inskas", "onis", "ėnas", "ūnas",
    "aitis", "skis", "ska", "ovas", "ova", "enko", "son", "sen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column holds; None for one that is not taken in. ``first`` is the place in the table's lines where
    the people begin; ``headings`` are as they stand in the file, and empty in a table without any. ``sure`` is false
    where a field was guessed from values."""

    first: int
    headings: tuple[str, ...]
    fields: tuple[Field | None, ...]
    sure: bool = True

    @property
    def headed(self) -> bool:
        return any(self.headings)

    def of(self, field: Field) -> list[int]:
        """The places of a field's columns."""
        return [place for place, held in enumerate(self.fields) if held is field]

    def heading(self, place: int) -> str:
        """A column by name, for people: its heading, else its number."""
        return self.headings[place] if self.headings[place].strip() else str(place + 1)


def guess(lines: Sequence[Line], remembered: Mapping[str, Mapping[str, str]] | None = None) -> Columns:
    """The columns of a table: as somebody chose them for the same headings, else by the headings, else by the values.

    ``remembered`` maps a ``signature`` to what ``memory`` gave for it.
    """
    width = max((len(line.cells or ()) for line in lines[:_LOOKED_AT]), default=0)
    at = _headed_line(lines)
    if at is None:
        nothing = Columns(0, ("",) * width, (None,) * width)
        return _by_values(nothing, lines)
    cells = lines[at].cells or ()
    headings = tuple(cells) + ("",) * (width - len(cells))
    columns = Columns(at + 1, headings, tuple(meaning(heading) for heading in headings))
    columns = _without_ordinals(columns, lines)
    chosen = (remembered or {}).get(signature(columns))
    if chosen is not None:
        return replace(columns, fields=tuple(_field(chosen.get(key, "")) for key in _keys(columns)))
    if _fault(columns, "") is None or _clash(columns) is not None:
        return columns
    return _by_values(columns, lines)


def _without_ordinals(columns: Columns, lines: Sequence[Line]) -> Columns:
    """A column called “Nr.” that counts 1, 2, 3 numbers the rows, not the students."""
    fields = list(columns.fields)
    for place in columns.of(Field.STUDENT_ID):
        values = _values(lines, columns.first, place)
        if len(values) > 1 and values == [str(number) for number in range(1, len(values) + 1)]:
            fields[place] = None
    return replace(columns, fields=tuple(fields))


def _values(lines: Sequence[Line], first: int, place: int) -> list[str]:
    """What stands in a column, empty cells left out."""
    rows = [line.cells for line in lines[first : first + _LOOKED_AT] if line.cells]
    return [row[place].strip() for row in rows if place < len(row) and row[place].strip()]


def _field(word: str) -> Field | None:
    return Field(word) if word in list(Field) else None


def _headed_line(lines: Sequence[Line]) -> int | None:
    """Where the headings stand: the line with most headings that we know; else the first full line, if it looks like
    headings and not like a person."""
    known = {
        place: sum(meaning(cell) is not None or is_left_out(cell) for cell in line.cells)
        for place, line in enumerate(lines[:_TOP])
        if line.cells
    }
    best = max(known, key=lambda place: (known[place], -place), default=None)
    if best is not None and known[best] >= 2:
        return best
    usual = Counter(_filled(line) for line in lines[:_LOOKED_AT]).most_common(1)
    full = [place for place in known if _filled(lines[place]) >= max(2, usual[0][0] - 1)]
    if not full:
        return best if best is not None and known[best] else None
    cells = [cell.strip() for cell in lines[full[0]].cells or ()]
    person = any(_EMAIL.fullmatch(cell) or _NUMBER.fullmatch(cell) for cell in cells)
    return None if person else full[0]


def _filled(line: Line) -> int:
    return sum(bool(cell.strip()) for cell in line.cells or ())


# --- by values -------------------------------------------------------------------------------------------------------


def _by_values(columns: Columns, lines: Sequence[Line]) -> Columns:
    """Fill in what the headings do not say, from what stands below them."""
    fields = list(columns.fields)
    shapes = {
        place: _shape(_values(lines, columns.first, place))
        for place, field in enumerate(fields)
        if field is None and not is_left_out(columns.headings[place])
    }
    taken = set(fields)
    for shape in ("email", "number", "name"):
        fitting = [place for place, found in shapes.items() if found == shape]
        if shape == "email" and fitting and Field.EMAIL not in taken:
            fields[fitting[0]] = Field.EMAIL
        elif shape == "number":
            for place in fitting:
                fields[place] = Field.CODES if Field.STUDENT_ID in fields else Field.STUDENT_ID
        elif shape == "name" and fitting and not taken & {Field.NAME, Field.FIRST, Field.LAST}:
            fields[fitting[0]] = Field.NAME
    words = [place for place, found in shapes.items() if found in ("word", "surname")]
    if len(words) >= 2 and not set(fields) & {Field.NAME, Field.FIRST, Field.LAST}:
        last = next((place for place in words if shapes[place] == "surname"), words[1])
        fields[last] = Field.LAST
        fields[next(place for place in words if place != last)] = Field.FIRST
    return replace(columns, fields=tuple(fields), sure=False)


def _shape(values: Sequence[str]) -> str:
    """What most values of a column look like; "" for anything else, and for personal codes."""
    most = _MOSTLY * len(values)
    if not values or any(map(personal_code.holds, values)):
        return ""
    if sum(bool(_EMAIL.fullmatch(value)) for value in values) >= most:
        return "email"
    if sum(bool(_NUMBER.fullmatch(value)) for value in values) >= most:
        # The same few numbers over and over are a group or a year, not somebody's.
        return "number" if 2 * len(set(values)) > len(values) else ""
    words = [value for value in values if _WORD.fullmatch(value)]
    if len(words) < most or 4 * len(set(values)) < len(values):
        return ""
    if sum(" " in value for value in words) >= most:
        return "name"
    return "surname" if 2 * sum(value.lower().endswith(_SURNAMES) for value in words) > len(words) else "word"


# --- chosen by a person, remembered, checked -------------------------------------------------------------------------


def changed(columns: Columns, field: Field, named: Sequence[str]) -> Columns:
    """The columns with a field taken from the ones named: by heading, in any case, or by number from 1.

    Raises ``Trouble('roster_column')`` for a name that no column has.
    """
    fields = [None if held is field else held for held in columns.fields]
    for name in named:
        fields[_place(columns, name)] = field
    return replace(columns, fields=tuple(fields), sure=True)


def _place(columns: Columns, name: str) -> int:
    called = plain(name)
    for place, heading in enumerate(columns.headings):
        if heading.strip() and plain(heading) == called:
            return place
    if called.isdecimal() and 0 < int(called[:6]) <= len(columns.fields):
        return int(called) - 1
    known = ", ".join(f"“{columns.heading(place)}”" for place in range(len(columns.fields)))
    raise Trouble("roster_column", column=name, known=known)


def _keys(columns: Columns) -> list[str]:
    """Each heading as it is remembered: its digest, for what was taken for a heading may be a name. Of equal ones the
    second is another column."""
    seen = Counter[str]()
    keys = []
    for heading in map(plain, columns.headings):
        seen[heading] += 1
        keys.append(_digest(f"{heading}\x1f{seen[heading]}"))
    return keys


def signature(columns: Columns) -> str:
    """Names a set of headings, in whatever order they stand."""
    return _digest("\x1e".join(sorted(_keys(columns))))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def memory(columns: Columns) -> dict[str, str]:
    """What to remember of a choice: the field of each heading."""
    return {key: field.value for key, field in zip(_keys(columns), columns.fields, strict=True) if field is not None}


def problem(columns: Columns, file: object) -> Trouble | None:
    """Why no people can be read by these columns: "roster_columns_twice", "roster_columns_missing"; else None."""
    clash = _clash(columns)
    if clash is not None:
        first, second = columns.of(clash)[:2]
        return Trouble(
            "roster_columns_twice",
            file=file,
            field=clash.value,
            first=columns.heading(first),
            second=columns.heading(second),
        )
    return _fault(columns, file)


def _clash(columns: Columns) -> Field | None:
    return next((field for field in Field if field is not Field.CODES and len(columns.of(field)) > 1), None)


def _fault(columns: Columns, file: object) -> Trouble | None:
    held = set(columns.fields)
    named = Field.NAME in held or {Field.FIRST, Field.LAST} <= held
    return None if named and held & {Field.STUDENT_ID, Field.EMAIL} else Trouble("roster_columns_missing", file=file)
