"""CSV files that a review names: their rows by our names of the columns, and the sentence for each mistake in them."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sre_lib.errors import UserMistakeError

_QUOTED = 60
_PRIVATE = ("\ue000", "\uf8ff")
"""Private characters: as Shift_JIS nearly everything can be read, and what is none comes out as these."""


@dataclass(frozen=True)
class CsvFile:
    """A CSV file: the key of the review file that names it, its name there, where it lies, what it calls our columns.

    `fields` are our columns, `needed` those that must be there.
    """

    key: str
    name: str
    path: Path
    columns: Mapping[str, str]
    fields: Sequence[str]
    needed: Sequence[str]

    def mistake(self, message: str, line: int | None = None) -> UserMistakeError:
        """Return the error for a line, or for the file as a whole."""
        where = self.name if line is None else f"{self.name}, line {line}"
        return UserMistakeError(f"{self.key}: {where}: {message}")


@dataclass(frozen=True)
class Row:
    """A row of a CSV file that is not empty: its cells by our names; of a column that the file lacks there is none."""

    file: CsvFile
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return a cell without the spaces around it; empty where the file has no such column."""
        return self.cells.get(name, "")

    def mistake(self, name: str, message: str) -> UserMistakeError:
        """Return the error for a cell."""
        return self.file.mistake(f"{name}: {message}", self.line)


def rows(file: CsvFile) -> Iterator[Row]:
    """Yield the rows of a file that are not empty.

    Its text is UTF-8, with or without a byte order mark, or else Shift_JIS as Windows writes it (cp932). Raises
    UserMistakeError, with file and line, for what cannot be read.
    """
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        places = _places(file, header)
        for row in reader:
            if len(row) > len(header):
                message = f"got {len(row)} fields, wants {len(header)} as in line 1; put a text with a comma in quotes"
                raise file.mistake(message, reader.line_num)
            cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
            if any(cells.values()):
                yield Row(file, reader.line_num, cells)
    except csv.Error as error:
        raise file.mistake(f"got no CSV ({error}); correct the line", reader.line_num) from None


def shown(text: str) -> str:
    """Return what a file holds as a message quotes it: short, on one line."""
    return repr(text if len(text) <= _QUOTED else f"{text[:_QUOTED]}...")


def _text(file: CsvFile) -> str:
    """Return the text of a file."""
    try:
        content = file.path.read_bytes()
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise file.mistake(f"{why}; name a CSV file, as seen from {file.path.parent}") from None
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp932" or not any(_PRIVATE[0] <= char <= _PRIVATE[1] for char in text):
            return text
    raise file.mistake("is neither UTF-8 nor Shift_JIS text; save it as CSV in UTF-8")


def _places(file: CsvFile, header: list[str]) -> Mapping[str, int]:
    """Return where each of our columns stands; those that are not needed may lack."""
    found: dict[str, int] = {}
    for name in file.fields:
        column = file.columns.get(name, name)
        if header.count(column) == 1:
            found[name] = header.index(column)
        elif column in header or name in file.needed or name in file.columns:
            wrong = "twice or more" if column in header else "not at all"
            message = (
                f"got the column {shown(column)} {wrong}, wants it once for {name!r}; "
                f"say under `columns` what the file calls it (it has {shown(', '.join(header))})"
            )
            raise file.mistake(message, 1)
    return found
