"""A company of any number of services: copies of the demo shop's, behind an endpoint in a process of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ruamel.yaml import YAML

from sre_lib import weeks
from sre_lib.demo.endpoint import serve
from sre_lib.demo.shop import Shop
from tests.conftest import ROOT

NAME, TIMEZONE = "company", "Asia/Tokyo"
MARK = "--copy-"
COPIED = ("web", "api", "worker", "orders-db", "cache", "image-resize")
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "111111111111",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Copies:
    """The shop's metrics under any number of names; a series is worked out once, so that the endpoint costs little."""

    def __init__(self) -> None:
        self._shop = Shop(1)
        self._series = cache(self._found)

    def series(self, namespace: str, name: str, dimensions: frozenset[tuple[str, str]]) -> Any:
        """Return the series that a copy's dimensions stand for."""
        plain = frozenset((key, value.split(MARK)[0]) for key, value in dimensions)
        return self._series(namespace, name, plain)

    def published(self, start: int, end: int) -> tuple[()]:  # noqa: ARG002  the review writes every dimension out
        """Return nothing."""
        return ()

    def _found(self, *key: Any) -> Any:
        found = self._shop.series(*key)
        return found and SimpleNamespace(minutes=cache(found.minutes), percentile=cache(found.percentile))


@dataclass(frozen=True)
class Account:
    """An endpoint that answers for the company; what is not there yet at `now` does not come."""

    url: str
    link: Connection

    def goes_on_to(self, now: datetime) -> None:
        """Let time pass."""
        self.link.send(now)
        self.link.recv()


@contextmanager
def account(now: datetime) -> Iterator[Account]:
    """Serve the company's account in a process of its own, as a real one is: its work is nobody's here."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serving, args=(theirs, now), daemon=True)
    process.start()
    try:
        yield Account(ours.recv(), ours)
    finally:
        ours.send(None)
        process.join()


def _serving(link: Connection, now: datetime) -> None:
    """Serve until told otherwise."""
    moment = [now]
    with serve(Copies(), lambda: moment[0]) as url:
        link.send(url)
        while (told := link.recv()) is not None:
            moment[0] = told
            link.send(None)


def company(folder: Path, count: int, url: str) -> Path:
    """Write a folder with the review of `count` services; return it."""
    (folder / "params").mkdir(parents=True)
    source = {"type": "cloudwatch", "region": "ap-northeast-1", "endpoint": url, "datapoints_per_second": 396_000}
    review = {
        "title": "Company (simulated data)", "timezone": TIMEZONE, "history_weeks": 6, "holidays": [],
        "source": source, "alarms": False, "changes": [], "services": services(count),
    }  # fmt: skip
    with (folder / "params" / f"{NAME}.yaml").open("w") as file:
        YAML().dump(review, file)
    return folder


def services(count: int) -> list[dict[str, Any]]:
    """Return as many services, copies of the demo's in turn."""
    demo = YAML(typ="safe").load((ROOT / "params" / "demo.yaml").read_text())["services"]
    wanted = [{**each, "calls": []} for each in demo if each["name"] in COPIED]
    return [_copy(each, number) for number, each in enumerate(islice(cycle(wanted), count))]


def _copy(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return a service under another name, with resources of its own."""
    dimensions = {name: f"{value}{MARK}{number:03}" for name, value in entry["dimensions"].items()}
    related = {"related": [_copy(each, number) for each in entry["related"]]} if "related" in entry else {}
    return {**entry, "name": f"{entry['name']}-{number:03}", "dimensions": dimensions, **related}


def morning_after(week: str) -> datetime:
    """Return the Monday morning after a week."""
    return weeks.morning_after(weeks.named(week, TIMEZONE, history_weeks=6))
