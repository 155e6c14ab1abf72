"""Sixty weeks of Mondays with faults: afterwards no week, no datapoint and no word of people is missing.

All is real but the notebooks' processes and the pages: the endpoint over HTTP, the archive, the analysis, the minutes.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path

import nbformat
import numpy as np
import pytest

from sre_lib import params, weeks
from sre_lib.catalog import BASE_STATISTICS
from sre_lib.collect.archive import Archive, window_of
from sre_lib.collect.lines import Files, FiveMinutes
from sre_lib.collect.queries import Metric
from sre_lib.collect.verify import verify
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SreReviewError
from sre_lib.run import week_notebooks, weekly_run
from sre_lib.run.archive_command import checked
from sre_lib.run.catch_up import catch_up
from sre_lib.run.execute import NotebookRun
from sre_lib.run.progress import silent
from sre_lib.run.publish import publish
from sre_lib.run.weekly_run import Result, prepare
from sre_lib.store import LocalStore
from tests.collect.account import models_read_once, signed_in
from tests.run.stubbed import cell_named
from tests.run.test_faults import KilledError, failing, full_disk

WEEKS = 60
FIRST = weeks.named("2025-W35", "UTC", history_weeks=3)
STEP_S = 300
INSTANCES = ("i-1", "i-2")
METRIC = ("AWS/EC2", "CPUUtilization")
REVIEW = """\
title: Two servers
timezone: UTC
source: {{type: cloudwatch, region: us-east-1, endpoint: '{url}'}}
history_weeks: 3
services:
  - {{name: one, kind: ec2_instance, dimensions: {{InstanceId: i-1}}}}
  - {{name: two, kind: ec2_instance, dimensions: {{InstanceId: i-2}}}}
"""
SOURCE_FAULTS = {
    "throttled": (Fault("refused", "Throttling", every=2, times=4),),
    "broken in passing": (Fault("reset", times=2), Fault("InternalError", times=1)),
    "partial": (Fault("PartialData", metric=METRIC),),
    "denied": (Fault("refused", "AccessDenied"),),
    "down": (Fault("refused", "InternalFailure"),),
}
LOCAL_FAULTS = ("killed", "full disk")
IN_THE_MEETING = " in the meeting"
KINDS = (
    *SOURCE_FAULTS, *LOCAL_FAULTS, *LOCAL_FAULTS, *(f"{each}{IN_THE_MEETING}" for each in LOCAL_FAULTS), "machine off",
    "damaged file", "damaged file", "nothing",
)  # fmt: skip
MOST_OPERATIONS = 500
OFF_AT_MOST = 2
"""So many Mondays in a row is the machine off: CloudWatch has all at 300 s then."""


@cache
def account() -> Recorded:
    """Return two servers with a sample every five minutes of all weeks."""
    end = FIRST.end + timedelta(weeks=WEEKS + 1)
    times = np.arange(int(FIRST.history_start.timestamp()), int(end.timestamp()), STEP_S)
    backend, generator = Recorded(), np.random.default_rng(8)
    for name in INSTANCES:
        usual = 35 + 10 * np.sin(times / 86_400 * 2 * np.pi) + generator.normal(0, 1, len(times))
        backend.put(*METRIC, {"InstanceId": name}, times, usual)
    return backend


@dataclass
class Company:
    """A company's folder over the years, the words that its people wrote, and what happened."""

    home: Path
    chance: random.Random
    words: dict[str, list[str]] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    off: int = 0

    @property
    def archive(self) -> Archive:
        return Archive(LocalStore(self.home / "archive"), "servers")

    def monday(self, now: datetime, fault: str) -> None:
        """Let what the schedule starts on a Monday run, and people write; something goes wrong."""
        self.off = self.off + 1 if fault == "machine off" and self.off < OFF_AT_MOST else 0
        self.happened["machine off" if self.off else fault] += 1
        if self.off:
            return
        with serve(account(), now, Faults(*SOURCE_FAULTS.get(fault, ()))) as url, self._going_wrong(fault):
            self.run(url, now)
        self.meet(fault.removesuffix(IN_THE_MEETING) if fault.endswith(IN_THE_MEETING) else "")
        if fault == "damaged file":
            self._damage(now)

    def run(self, url: str, now: datetime) -> list[Result | SreReviewError]:
        """Run what the schedule runs; return what came of each week."""
        (self.home / "params").mkdir(exist_ok=True)
        (self.home / "params" / "servers.yaml").write_text(REVIEW.format(url=url))
        told: list[str] = []
        plan = prepare("servers", "", now, None, 2, "")
        return [result for _, result in catch_up(plan, told.append, silent)]

    def meet(self, fault: str) -> None:
        """Let people write into the newest week, in the notebook or in the file, and publish it."""
        made = sorted((self.home / "reviews/servers").glob("*-W*/weekly_review.ipynb"))
        if not made:
            return
        week = made[-1].parent.name
        said = self.words.setdefault(week, [])
        word = f"word-{week}-{len(said)}"
        if len(said) % 2 or not (made[-1].parent / "minutes.yaml").exists():
            notebook = nbformat.read(made[-1], as_version=4)
            cell_named(notebook, "notes:meeting").source += f"\n{word}"
            nbformat.write(notebook, made[-1])
        else:
            _append(made[-1].parent / "minutes.yaml", word)
        said.append(word)
        review = params.load("servers")
        plan = prepare("servers", week, review.week(week, FIRST.end).end + timedelta(days=1), None, 1, "")
        with self._going_wrong(fault):
            publish(plan.desk, self.home / "reviews", lambda _: None)

    def tidied(self) -> None:
        """Do what `archive verify` says: damaged files are set aside, what a killed write left behind is deleted."""
        checked("servers", set_aside=True)
        for store in (self.archive.store, LocalStore(self.home / "reviews")):
            for key in store.leftovers():
                store.delete(key)

    @contextmanager
    def _going_wrong(self, fault: str) -> Iterator[None]:
        """Let a file operation fail, any of the first hundreds: killed, nothing works from then on."""
        if fault not in LOCAL_FAULTS:
            with suppress(SreReviewError):
                yield
            return
        failure = KilledError if fault == "killed" else full_disk
        at, lasting = self.chance.randrange(1, MOST_OPERATIONS), fault != "killed"
        with suppress(SreReviewError, KilledError), failing(at, failure, lasting=lasting) as faulty:
            yield
        self.struck[fault] += faulty.fired

    def _damage(self, now: datetime) -> None:
        """Cut or change a file of the weeks that the next run looks at; the next look names it."""
        week = weeks.last_finished(now, "UTC", history_weeks=0).name
        files = sorted(path for path in (self.home / "archive/servers").rglob(f"*{week}*/*.parquet") if path.is_file())
        files += sorted((self.home / "archive/servers").rglob(f"*{week}.json"))
        if files:
            file = self.chance.choice(files)
            content = bytearray(file.read_bytes())
            middle = len(content) // 2
            file.write_bytes(content[:middle] if self.chance.random() < 0.5 else b"\0" + content[1:middle] + b"\0")


def _append(minutes: Path, word: str) -> None:
    """Write a note into minutes.yaml by hand."""
    text = minutes.read_text()
    note = f"\n- cell: {word}\n  text: {word}\n"
    head, found, rest = text.partition("\nnotes:\n")
    minutes.write_text(f"{head}\nnotes:{note}{rest}" if found else f"{text.rstrip()}\nnotes:{note}")


@pytest.fixture
def company(tmp_path, monkeypatch):
    signed_in(monkeypatch)
    models_read_once(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sre_lib.run.child.prepare", lambda: None)
    monkeypatch.setattr(week_notebooks, "run_notebook", lambda template, *_, **__: NotebookRun(template, None, 0.0))
    monkeypatch.setattr(weekly_run, "rendered", lambda *_: {"index.html": b"page"})
    monkeypatch.setattr("sre_lib.run.publish.rendered", lambda *_: {"index.html": b"page"})
    return Company(tmp_path, random.Random(60))  # noqa: S311  faults, no secrets


@pytest.mark.long
def test_sixty_weeks_with_faults_lose_no_week_no_datapoint_and_no_word(company):
    week, reviewed = FIRST, []
    rounds = [company.chance.sample(KINDS, len(KINDS)) for _ in range(WEEKS // len(KINDS) + 1)]
    for _, fault in zip(range(WEEKS), ("nothing", *chain(*rounds)), strict=False):
        reviewed.append(week.name)
        now = weeks.morning_after(week)
        company.monday(now, fault)
        company.tidied()
        week = weeks.last_finished(week.end + timedelta(days=8), "UTC", history_weeks=3)
    now = weeks.morning_after(week)
    with serve(account(), now) as url:
        results = company.run(url, now)
    company.tidied()
    said = {line for each in results for line in ([str(each)] if isinstance(each, Exception) else each.problems)}
    # What was denied or partial at 60 s until it was too old to be asked again is said as long as it is in the history.
    assert {line for line in said if not line.endswith("series not answered in full before the week")} == set()
    reviewed.append(week.name)
    made = sorted(each.parent.name for each in company.home.glob("reviews/servers/*/run.json"))
    assert made == reviewed
    assert verify(company.archive, params.load("servers").services).problems == ()
    left = company.archive.store.leftovers() + LocalStore(company.home / "reviews").leftovers()
    assert left == ()
    assert_every_datapoint(company.archive, reviewed)
    assert_every_word(company)
    assert company.happened.keys() == set(KINDS)
    assert company.struck.keys() == set(LOCAL_FAULTS)
    assert min(company.struck.values()) >= 3
    print(dict(company.happened), dict(company.struck), sum(map(len, company.words.values())))  # noqa: T201  the long run's figures


def assert_every_datapoint(archive: Archive, names: list[str]) -> None:
    """Fail where a week's five minutes lack a value that the account had, or have another one."""
    for service, instance in zip(params.load("servers").services, INSTANCES, strict=True):
        metric = Metric(*METRIC, (("InstanceId", instance),))
        series = account().series(*METRIC, frozenset({("InstanceId", instance)}))
        assert series
        for name in names:
            week = weeks.named(name, "UTC", history_weeks=0)
            window = window_of(week, STEP_S)
            stored = [archive.read(service, week, period_s) for period_s in (60, STEP_S)]
            files = [Files(s, [each] if each else []) for s, each in zip((60, STEP_S), stored, strict=True)]
            got = FiveMinutes(*files).base(metric, window)
            right = series.minutes(window.start // 60, window.end // 60).total.reshape(-1, 5)[:, 0]
            assert set(BASE_STATISTICS) <= set(got.values)
            np.testing.assert_array_equal(got.values["Sum"], right, err_msg=f"{instance} {name}")
            assert got.whole.all(), name


def assert_every_word(company: Company) -> None:
    """Fail where a word that people wrote lacks in the week's notebook or minutes."""
    assert sum(map(len, company.words.values())) > WEEKS / 2
    for week, words in company.words.items():
        folder = company.home / "reviews/servers" / week
        minutes = (folder / "minutes.yaml").read_text()
        cells = "\n".join(cell.source for cell in nbformat.read(folder / "weekly_review.ipynb", 4).cells)
        assert [word for word in words if word not in minutes or word not in cells] == [], week
