"""What CPU and memory mean for each kind of AWS resource (`catalog.yaml`), and how to ask CloudWatch for them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from ruamel.yaml import YAML

from sre_lib.model import Column, Hurts, Part, Resource, Service

BASE_STATISTICS = ("Sum", "SampleCount", "Minimum", "Maximum")
"""Kept in the archive: any coarser period, and Average = Sum / SampleCount, can be rebuilt from them exactly."""

Statistic = Annotated[str, Field(pattern=r"^(Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?)$")]
Unit = Literal["Percent", "Bytes", "Count", "Seconds", "Milliseconds", "None"]


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MetricSpec(Strict):
    """How one metric is asked for and judged; `catalog.yaml` explains each field."""

    name: str
    resource: Resource = "context"
    judge: Statistic = "Average"
    show: Statistic | None = None
    unit: Unit = "None"
    hurts: Hurts = "both"
    limit: float | str | None = None
    floor: float | None = None
    zero: bool = False
    min_effect: float = Field(default=0.0, ge=0)
    namespace: str | None = None

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
    """A kind of resource: where its metrics are and which they are."""

    namespace: str
    dimensions: tuple[str, ...] = Field(strict=False)
    metrics: Mapping[str, MetricSpec]

    @model_validator(mode="after")
    def _some_metric(self) -> Self:
        if not self.metrics:
            raise ValueError("a kind wants at least one metric")
        return self


Catalog = Mapping[str, KindSpec]


def is_percentile(statistic: str) -> bool:
    """Tell whether a statistic is a percentile, which can never be averaged or rolled up."""
    return statistic.startswith("p")


@cache
def builtin_catalog() -> Catalog:
    """Return the kinds that the package knows, by name."""
    text = files("sre_lib").joinpath("catalog.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, KindSpec]).validate_python(YAML(typ="safe").load(text))


def spec_of(catalog: Catalog, service: Service, column: Column) -> MetricSpec:
    """Return the spec of the metric of a column; KeyError where the service has no such part or metric."""
    return catalog[service.part(column.part).kind].metrics[column.metric]


def columns_of(catalog: Catalog, service: Service) -> tuple[Column, ...]:
    """Return every column that a page or the analysis of a service uses, in the order of its parts."""
    return tuple(
        Column(part.name, metric, statistic)
        for part in service.parts
        for metric, spec in catalog[part.kind].metrics.items()
        for statistic in spec.statistics
    )
