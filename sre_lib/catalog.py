"""What CPU and memory mean for each kind of AWS resource (`catalog.yaml`), and how to ask CloudWatch for them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator
from ruamel.yaml import YAML

from sre_lib.model import Column, Hurts, Part, Resource, Service
from sre_lib.params_yaml import nearest

BASE_STATISTICS = ("Sum", "SampleCount", "Minimum", "Maximum")
"""Kept in the archive: any coarser period, and Average = Sum / SampleCount, can be rebuilt from them exactly."""

Statistic = Annotated[str, Field(pattern=r"^(Average|Sum|Minimum|Maximum|SampleCount|p[0-9]{1,2}(\.[0-9]+)?)$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
MOST_DIMENSIONS = 30
"""Dimensions of a CloudWatch metric (Amazon CloudWatch service quotas)."""
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
"""Unicode categories that a page or a log does not show as they are: control, format (bidi), line separators."""


def _visible(text: str) -> str:
    """Return a name unless it is blank, or holds what a page or a log would not show as it is."""
    if not text.strip() or any(unicodedata.category(char) in _UNSEEN for char in text):
        raise ValueError("wants some text without control characters")
    return text


def _limit(value: object) -> object:
    """Refuse a number in quotes: as text a limit names a key of `limits`."""
    if isinstance(value, bool) or (isinstance(value, str) and re.fullmatch(r"[-+.0-9eE]+", value)):
        raise ValueError("wants a number without quotes, or the name of a key of `limits`")
    return value


Name = Annotated[str, Field(max_length=255), AfterValidator(_visible)]
Unit = Literal[
    "Percent", "Bytes", "Megabytes", "Gigabytes", "Bytes/Second", "Count", "Count/Second",
    "Seconds", "Milliseconds", "Microseconds", "None",
]  # fmt: skip


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MetricSpec(Strict):
    """How one metric is asked for and judged; `catalog.yaml` explains each field."""

    name: Name
    resource: Resource = "context"
    judge: Statistic = "Average"
    show: Statistic | None = None
    unit: Unit = "None"
    hurts: Hurts = "both"
    limit: Annotated[Number | Name | None, BeforeValidator(_limit)] = None
    floor: Number | None = None
    zero: bool = False
    optional: bool = False
    min_effect: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    namespace: Name | None = None

    @property
    def statistics(self) -> tuple[str, ...]:
        """Statistics that a page and the analysis use; Average is worked out from Sum and SampleCount."""
        return tuple(dict.fromkeys(filter(None, (self.judge, self.show))))

    @property
    def fetched(self) -> tuple[str, ...]:
        """Statistics to ask CloudWatch for, all in one call (up to five cost the same as one)."""
        return BASE_STATISTICS + tuple(name for name in self.statistics if is_percentile(name))

    def limit_for(self, part: Part) -> float | None:
        """Return the limit that hurts, in the metric's unit, from here or from the part's `limits`; None: not known."""
        if self.hurts == "down":
            return self.floor
        return part.limits.get(self.limit) if isinstance(self.limit, str) else self.limit


class KindSpec(Strict):
    """A kind of resource: where its metrics are and which they are; `catalog.yaml` explains each field."""

    namespace: Name
    dimensions: tuple[Name, ...] = Field(strict=False)
    metrics: Mapping[Name, MetricSpec]
    fixed: Mapping[Name, Name] = Field(default_factory=dict)
    region: str = ""
    front: bool = False
    limits: tuple[Name, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.metrics:
            raise ValueError("wants at least one metric")
        if len(set(self.dimensions)) < len(self.dimensions) or len(self.dimensions) > MOST_DIMENSIONS:
            raise ValueError(f"wants at most {MOST_DIMENSIONS} dimensions, each named once")
        strangers = [name for name in self.fixed if name not in self.dimensions]
        if strangers:
            raise ValueError(f"fixed: {strangers[0]!r} is no dimension of this kind; add it to `dimensions`")
        return self

    @property
    def limit_keys(self) -> tuple[str, ...]:
        """Keys under `limits` that are read for this kind, by a metric or by its headroom."""
        read = (spec.limit for spec in self.metrics.values() if isinstance(spec.limit, str))
        return tuple(dict.fromkeys((*read, *self.limits)))


Catalog = Mapping[str, KindSpec]


def is_percentile(statistic: str) -> bool:
    """Tell whether a statistic is a percentile, which can never be averaged or rolled up."""
    return statistic.startswith("p")


@cache
def builtin_catalog() -> Catalog:
    """Return the kinds that the package knows, by name."""
    return TypeAdapter(dict[str, KindSpec]).validate_python(_builtin_entries())


def extended(entries: object) -> object:
    """Return kinds as written in a review file, each with the fields of the kind that it extends.

    What it extends is one of the package's or stands before it; fields of its own go first, metrics are joined.
    What has not the shape of kinds comes back as it is. Raises ValueError for a kind that is not known.
    """
    return _extended(entries, _builtin_entries()) if isinstance(entries, Mapping) else entries


def _extended(entries: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return entries in which no kind extends another any more."""
    done: dict[str, Any] = {}
    for name, entry in entries.items():
        extends = isinstance(entry, Mapping) and "extends" in entry
        others = {key: each for key, each in {**known, **done}.items() if isinstance(each, Mapping)}
        done[name] = _joined(name, entry, others) if extends else entry
    return done


def _joined(name: str, entry: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with the fields and metrics of the one that it extends."""
    base = known.get(entry["extends"]) if isinstance(entry["extends"], str) else None
    if base is None:
        raise ValueError(f"{name} extends {entry['extends']!r}; {nearest(entry['extends'], tuple(known))}")
    own = {key: value for key, value in entry.items() if key != "extends"}
    inherited, added = base.get("metrics"), own.get("metrics", {})
    joinable = isinstance(inherited, Mapping) and isinstance(added, Mapping)
    return {**base, **own, **({"metrics": {**inherited, **added}} if joinable else {})}


@cache
def _builtin_entries() -> Mapping[str, Any]:
    """Return the package's kinds as they are written, with what each extends."""
    text = files("sre_lib").joinpath("catalog.yaml").read_text(encoding="utf-8")
    return _extended(YAML(typ="safe").load(text), {})


def columns_of(catalog: Catalog, service: Service) -> tuple[Column, ...]:
    """Return every column that a page or the analysis of a service uses, in the order of its parts."""
    return tuple(
        Column(part.name, metric, statistic)
        for part in service.parts
        for metric, spec in catalog[part.kind].metrics.items()
        for statistic in spec.statistics
    )
