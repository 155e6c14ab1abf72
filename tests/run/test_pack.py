"""The pack of a week: what is in it, what is not, and that nothing is left where something private would get out."""

import io
import zipfile
from html.parser import HTMLParser
from pathlib import PurePosixPath

import pytest
from click.testing import CliRunner

from sre_lib.errors import UserMistakeError
from sre_lib.run.cli import main
from sre_lib.run.pack import linked, write_pack, zipped
from tests.run import servers
from tests.run.test_weekly_run import WEEK

NOTE = """\
**Verdict:** fix

**Note:** mail aya@example.com of 210987654321 at 10.1.2.3, password=hunter2hunter; web is fine
"""
PRIVATE = ("aya@example.com", "210987654321", "10.1.2.3", "hunter2hunter")
NAME = f"servers-{WEEK.name}"


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    home = tmp_path_factory.mktemp("servers")
    servers.reviewed(home)
    servers.write(home, {"discussion:": NOTE})
    return home


@pytest.fixture
def home(once, tmp_path, monkeypatch):
    monkeypatch.chdir(servers.copied(once, tmp_path))
    return tmp_path


def packed(home, *more):
    result = CliRunner().invoke(main, ["publish", "servers", "--week", WEEK.name, "--pack", *more])
    assert result.exit_code == 0, result.output
    content = ((home / "to") if more else servers.folder(home)) / f"{NAME}.zip"
    return content.read_bytes()


def test_a_pack_has_the_pages_without_what_is_private_and_the_week_keeps_it(home):
    content = packed(home)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert f"{NAME}/index.html" in files
    assert {PurePosixPath(name).suffix for name in files} == {".html"}
    assert not [name for name, text in files.items() for each in PRIVATE if each in text]
    assert "mail-1" in files[f"{NAME}/index.html"]
    assert "web is fine" in files[f"{NAME}/index.html"]
    assert PRIVATE[0] in (servers.folder(home) / "index.html").read_text()
    assert not broken(files)
    assert packed(home, "--to", "to") == content


def test_something_private_that_is_left_refuses_the_pack_and_takes_the_old_one_away(tmp_path):
    write_pack("a", {"index.html": b"<p>fine</p>"}, tmp_path)
    assert (tmp_path / "a.zip").is_file()
    with pytest.raises(
        UserMistakeError, match=r"left in index\.html \(mail\), nothing|left in index\.html \(mail\);"
    ) as said:
        write_pack("a", {"index.html": b"<p>aya@example.com</p>"}, tmp_path)
    assert "aya" not in str(said.value)
    assert list(tmp_path.iterdir()) == []


def test_a_pack_has_what_its_links_lead_to_and_nothing_else():
    files = {
        "index.html": b'<a href="services/web%20a.html#x">w</a><a href="https://example.com/no.html"></a>'
        b'<a href="../../etc/passwd"></a>',
        "services/web a.html": b'<a href="../alarms.tf">t</a><a href="../index.html">up</a>',
        "alarms.tf": b"{}",
        "minutes.yaml": b"x",
    }
    assert list(linked(files)) == ["alarms.tf", "index.html", "services/web a.html"]


@pytest.mark.parametrize("more", [[], ["--pack", "--redact", "public"]])
@pytest.mark.usefixtures("home")
def test_several_weeks_are_of_a_pack_for_partners(more):
    result = CliRunner().invoke(main, ["publish", "servers", "--week", WEEK.name, "--weeks", "2", *more])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "pack: --weeks is of a pack for partners" in result.stderr


def test_the_same_files_make_the_same_zip_whatever_their_order():
    assert zipped("x", {"a": b"1", "b": b"2"}) == zipped("x", {"b": b"2", "a": b"1"})


class _Hrefs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for key, value in attrs if tag == "a" and key == "href" and value]


def broken(files):
    """Return the relative links of pages that lead to no file of the pack."""
    found = []
    for name, text in files.items():
        links = _Hrefs()
        links.feed(text)
        base = PurePosixPath(name).parent
        for each in links.found:
            path = each.partition("#")[0]
            if path and "://" not in path and not path.startswith("mailto:"):
                parts: list[str] = []
                for part in (base / path).parts:
                    parts = parts[:-1] if part == ".." else [*parts, part]
                found += [] if "/".join(parts) in files else [(name, each)]
    return found
