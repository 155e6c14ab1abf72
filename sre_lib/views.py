"""What an expert looks at (`analyse/views/*.yaml`): a detector, a series, settings and wording, as data."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from ruamel.yaml import YAML

from sre_lib.catalog import Catalog, MetricSpec, Name, Strict
from sre_lib.model import Column, Finding, Service

Shape = Literal["spike", "dip", "sustained_high", "sustained_low", "level_shift", "growth", "saturation"]

DERIVED = "derived"
"""The statistic of a series that is worked out from others: CloudWatch knows no such one."""

_DERIVED_FILE = "derived.yaml"

Number = Annotated[float, Field(allow_inf_nan=False)]


class View(Strict):
    """One thing that an expert looks at; `analyse/views/README` is the head of `general.yaml`.

    `like` is the shape of what it finds: how it is drawn, known again and measured again next week. `series` are keys
    of metrics or of derived series (empty: every judged series of the catalogue); `kinds` the kinds of parts that it
    applies to (empty: all); `needs` what must be there beside the series, `beside` what may be. `settings` are the
    detector's own. Texts are English sources of the catalogue; where one is empty, that of its shape holds.
    `weight` scales how much its findings matter.
    """

    title: Name
    detector: Name
    like: Shape
    series: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    kinds: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    needs: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    beside: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    settings: Mapping[str, Number | bool | str] = Field(default_factory=dict)
    enabled: bool = True
    weight: Annotated[float, Field(gt=0, le=2)] = 1.0
    sentence: str = ""
    question: str = ""
    action: str = ""
    why: str = ""


class DerivedSpec(MetricSpec):
    """A series that a named function works out from others, with what its numbers mean (`derived.yaml`)."""

    function: Name
    of: Annotated[tuple[Name, ...], Field(strict=False)]
    kinds: Annotated[tuple[Name, ...], Field(strict=False)] = ()


Views = Mapping[str, View]


@cache
def builtin_views() -> Views:
    """Return the package's views by id, in the order of the files' names."""
    families = [entries for file, entries in _entries().items() if file != _DERIVED_FILE]
    return TypeAdapter(dict[str, View]).validate_python({name: each for one in families for name, each in one.items()})


@cache
def derived_specs() -> Mapping[str, DerivedSpec]:
    """Return the derived series by key."""
    return TypeAdapter(dict[str, DerivedSpec]).validate_python(_entries().get(_DERIVED_FILE, {}))


def with_builtin(entries: object) -> object:
    """Return views as written in a review file, each of the package's with what is not written there as it was.

    What has not the shape of views comes back as it is.
    """
    if not isinstance(entries, Mapping):
        return entries
    known = builtin_views()
    return {
        name: {**known[name].model_dump(exclude_unset=True), **entry}
        if name in known and isinstance(entry, Mapping)
        else entry
        for name, entry in entries.items()
    }


def shape_of(view: str, views: Views | None = None) -> str:
    """Return the shape of what a view finds; one that is not known (of people, say) keeps its name."""
    known = (builtin_views() if views is None else views).get(view)
    return known.like if known else view


def shape(finding: Finding) -> str:
    """Return the shape of a finding: as its own review's view has it, else as the package's view of that name."""
    return finding.like or shape_of(finding.view)


def is_expert(finding: Finding) -> bool:
    """Tell whether a view of named series made a finding: it knows what to ask."""
    known = builtin_views().get(finding.view)
    return finding.expert or bool(known and known.series)


def spec_of(catalog: Catalog, service: Service, column: Column) -> MetricSpec:
    """Return what the numbers of a column mean; KeyError where the service has no such part or series."""
    if column.statistic == DERIVED:
        return derived_specs()[column.metric]
    return catalog[service.part(column.part).kind].metrics[column.metric]


@cache
def _entries() -> Mapping[str, Mapping[str, Any]]:
    """Return what the files hold, by file name."""
    folder = files("sre_lib").joinpath("analyse/views")
    found = sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name)
    return {each.name: YAML(typ="safe").load(each.read_text(encoding="utf-8")) or {} for each in found}
