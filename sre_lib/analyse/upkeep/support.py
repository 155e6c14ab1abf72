"""When an engine's version leaves standard support: the package's dated table, and the review file before it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ruamel.yaml import YAML

from sre_lib.catalog import Strict
from sre_lib.params_upkeep import SupportEntry


class Engine(Strict):
    """The page that an engine's dates come from, and the end of standard support by version."""

    source: str
    ends: Mapping[str, date]


class SupportTable(Strict):
    """The table, with the day on which its dates were known."""

    as_of: date
    engines: Mapping[str, Engine]


class Support(NamedTuple):
    """When a version leaves standard support (None: nobody knows here), and the page that says so (empty: no page)."""

    ends: date | None
    source: str


@cache
def builtin_table() -> SupportTable:
    """Return the package's table."""
    text = (files("sre_lib.analyse.upkeep") / "support.yaml").read_text("utf-8")
    return SupportTable.model_validate(YAML(typ="safe").load(text))


def support_of(engine: str, version: str, own: Sequence[SupportEntry] = ()) -> Support:
    """Return the end of support of a version; `own` are the review file's dates, which come first."""
    mine = {each.version: each.ends for each in own if each.engine == engine}
    if (key := _longest(mine, version)) is not None:
        return Support(mine[key], "")
    known = builtin_table().engines.get(engine)
    if known is None:
        return Support(None, "")
    key = _longest(known.ends, version)
    return Support(None if key is None else known.ends[key], known.source)


def _longest(ends: Mapping[str, date], version: str) -> str | None:
    """Return the longest version of a table that another one is, or is a part of."""
    fitting = [each for each in ends if version == each or version.startswith(f"{each}.")]
    return max(fitting, key=len, default=None)
