"""The public pack: nothing of any name or note is in it, and the week's own files keep theirs."""

import io
import shutil
import zipfile
from dataclasses import astuple

import pytest

from sre_lib.document.share.leaks import texts_of
from sre_lib.document.share.names import plain
from tests import hostile
from tests.conftest import sre_review_here


def packed(home):
    """Return the zip's name, its content and what was said."""
    arguments = ("publish", hostile.NAME, "--week", hostile.WEEK.name, "--pack", "--redact", "public", "--to", "to")
    answer = sre_review_here(*arguments, cwd=home)
    assert answer.exit_code == 0, answer.output
    (found,) = (home / "to").iterdir()
    return found.name, found.read_bytes(), answer.output


def texts(content):
    """Return all texts of a zip by the names of its files."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: "\n".join(texts_of(name, archive.read(name))) for name in archive.namelist()}


def flat(names):
    """Return every name as one sequence."""
    for each in astuple(names):
        yield from [each] if isinstance(each, str) else each


def test_names_and_notes_that_attack_are_not_in_the_pack_and_the_verdict_is(attacked, tmp_path):
    home = shutil.copytree(attacked, tmp_path / "home")
    name, content, _ = packed(home)
    found = texts(content)
    assert name == "review-2026-W40.zip"
    assert {f"review-2026-W40/services/service-0{number}.html" for number in (1, 2, 3)} <= found.keys()
    page = found["review-2026-W40/index.html"]
    assert "service-01: CPU" in page
    assert "fix" in page
    assert "Public edition" in page
    together = "\n".join((*found, *found.values()))
    left = [each for each in (*flat(hostile.ATTACK), "evil.example", "ok.example", "long long") if each in together]
    assert left == []
    assert "evil.example" in (home / "reviews" / hostile.NAME / "2026-W40" / "index.html").read_text()


@pytest.mark.long
def test_a_pack_is_the_same_whatever_things_are_called(tmp_path):
    packs = []
    for names, note in ((hostile.TRICKY, hostile.NOTE), (hostile.PLAIN, "**Verdict:** fix")):
        home = tmp_path / names.services[0]
        hostile.write_note(hostile.reviewed(home, names), note)
        packs.append(packed(home)[:2])
    # Names that are words of ours (cpu, api), parts of others, of another case, Japanese: the pages cannot tell.
    assert packs[0] == packs[1]
    together = plain("\n".join(texts(packs[0][1]).values()))
    assert [each for each in flat(hostile.TRICKY) if plain(each) in together] == ["cpu", "API", "pay"]


def test_public_is_of_a_pack(tmp_path, attacked):
    shutil.copytree(attacked / "params", tmp_path / "params")
    answer = sre_review_here("publish", hostile.NAME, "--redact", "public", cwd=tmp_path)
    assert answer.exit_code == 2
    assert answer.output == "sre-review: pack: --redact public is of a pack; add --pack\n"


@pytest.mark.long
def test_the_demo_with_autoscaling_composite_alarms_own_kinds_and_upkeep_is_packed(demo, tmp_path):
    home = shutil.copytree(demo.home, tmp_path / "home")
    arguments = ("publish", "demo", "--week", "2026-W40", "--pack", "--redact", "public", "--to", "to")
    answer = sre_review_here(*arguments, cwd=home)
    assert answer.exit_code == 0, answer.output
    found = texts((home / "to" / "review-2026-W40.zip").read_bytes())
    assert {"review-2026-W40/alarms.html", "review-2026-W40/upkeep.html", "review-2026-W40/events.html"} <= found.keys()
    # The lessons are the package's own, and tell of the same shop.
    together = "\n".join(text for name, text in found.items() if not name.endswith("learn.html"))
    names = ("orders-db", "image-resize", "shop-orders", "shop-public", "worker-cpu-high", "web-alb", "123456789012")
    assert [each for each in names if each in together] == []
