"""The line of the weekly page and the upkeep page: quiet, something to talk about, nobody looked, hostile names."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import orjson
import pytest

from sre_lib.collect.archive import Archive
from sre_lib.collect.upkeep.kept import put
from sre_lib.document.upkeep import UpkeepReview, upkeep_section
from sre_lib.run.upkeep import upkeep_json
from sre_lib.store import LocalStore
from sre_lib.upkeep import UpkeepItem, UpkeepLook
from tests.document.test_weekly import opened

SCHEMA = orjson.loads((Path(__file__).parents[1] / "run" / "schemas" / "upkeep.schema.json").read_bytes())


def review(folder, *items, language="en", message=""):
    found = opened(language=language)
    known = replace(found, review=replace(found.review, archive=folder, upkeep=("certificates", "databases")))
    if items or message:
        archive = Archive(LocalStore(folder), known.review.name)
        look = UpkeepLook("certificates", "", known.now, "denied" if message else "complete", message, items)
        put(archive, known.week, (look,))
    return known


def certificate(known_now, days, name="shop.example.com"):
    return UpkeepItem(name, "certificates", "certificate", name, known_now + timedelta(days=days))


NOW = opened().now
UNKNOWN = UpkeepItem("db", "databases", "engine", "db", engine="oracle-ee", version="19")


@pytest.mark.parametrize(
    ("items", "message", "language", "line"),
    [
        ((certificate(NOW, 12),), "", "en",
         "Upkeep: 1 thing to talk about · certificate shop.example.com: 12 days left"),
        ((certificate(NOW, 200),), "", "en",
         "Upkeep: nothing is due soon · certificate shop.example.com: 200 days left"),
        ((certificate(NOW, -2),), "", "ja", "保守期限: 話し合うこと 1 件 · 証明書 shop.example.com: 2 日前に終了"),
        ((UNKNOWN,), "", "en", "Upkeep: nothing is due soon · 1 engine not in the table"),
        ((), "allow acm:ListCertificates", "en", "Upkeep: nothing is due soon · 1 source did not answer"),
        ((), "", "en", "The archive holds no look at upkeep of this week."),
    ],
)  # fmt: skip
def test_the_week_in_one_line(tmp_path, items, message, language, line):
    page = UpkeepReview(review(tmp_path, *items, language=language, message=message))
    assert page.line == line
    jsonschema.validate(orjson.loads(upkeep_json(page)), SCHEMA)
    assert len(page.notebook().cells) in {2, 10}


def test_nobody_asked_for_it():
    found = opened()
    assert upkeep_section(replace(found, review=replace(found.review, upkeep=()))) is None


def test_an_unknown_version_says_where_to_look_and_a_name_is_never_markup(tmp_path):
    page = UpkeepReview(review(tmp_path, UNKNOWN, certificate(NOW, 5, "<b>x</b>")))
    texts = [output["data"] for cell in page.notebook().cells for output in cell.get("outputs", ())]
    plain = "\n".join(each["text/plain"] for each in texts)
    assert "not in the table of 2025-06-30: look it up at the release notes of oracle-ee" in plain
    assert not [each for each in texts if "<b>x" in each["text/html"]]
