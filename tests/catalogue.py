"""Keep `sre_lib/wording/ja.po` in step with the texts of sources, fragments and notebooks.

Without arguments: says what is out of step and exits 1. `--update`: writes the catalogue; what is new has no
translation yet, what is not used any more goes.
"""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from sre_lib.store import LocalStore
from sre_lib.wording.extract import Message, messages

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "sre_lib" / "wording" / "ja.po"
FIXED = datetime(2026, 1, 1, tzinfo=UTC)


def extracted() -> list[Message]:
    """Return every text that the catalogue must hold."""
    return list(messages(ROOT / "sre_lib", ROOT / "notebooks"))


def catalogue() -> Catalog:
    """Return the Japanese catalogue as it is committed."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ja")


def updated(found: Iterable[Message], old: Catalog) -> Catalog:
    """Return a catalogue of these texts with the translations of the old one; nothing else stays."""
    known = {message.id: message.string for message in old if message.id}
    new = Catalog(
        locale="ja",
        project="sre-review",
        version="1",
        header_comment="# Japanese texts of sre-review; `make catalogue` keeps them in step with the sources.",
        msgid_bugs_address="sre-review",
        last_translator="sre-review",
        language_team="Japanese",
        creation_date=FIXED,
        revision_date=FIXED,
        fuzzy=False,
    )
    for one, many, place in found:
        key = (one, many) if many else one
        new.add(
            key, string=known.get(key, ""), locations=[(place, 0)], flags=["python-brace-format"] if "{" in one else []
        )
    return new


def written(content: Catalog) -> bytes:
    """Return a catalogue as the bytes of its file."""
    file = BytesIO()
    write_po(file, content, width=110, sort_output=True, include_lineno=False)
    return file.getvalue()


def problems(found: Iterable[Message], known: Catalog) -> list[str]:
    """Return what is wrong with a catalogue: texts that lack, lack a translation, or are not used any more."""
    wanted = {(one, many) if many else one for one, many, _ in found}
    there = {message.id: message for message in known if message.id}
    return [
        *(f"lacks {key!r}" for key in sorted(wanted - there.keys(), key=str)),
        *(f"is not used any more: {key!r}" for key in sorted(there.keys() - wanted, key=str)),
        *(f"has no translation of {key!r}" for key, message in there.items() if not _whole(message.string)),
    ]


def _whole(translation: str | tuple[str, ...] | list[str] | None) -> bool:
    """Tell whether a translation and all its plurals are there."""
    return bool(translation) and all(translation or "")


def main(arguments: list[str]) -> int:
    """Update or check the catalogue; return the exit code."""
    if arguments == ["--update"]:
        new = updated(extracted(), catalogue())
        LocalStore(CATALOGUE.parent).write(CATALOGUE.name, written(new))
    wrong = problems(extracted(), catalogue())
    sys.stdout.write("".join(f"{CATALOGUE.name} {problem}\n" for problem in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
