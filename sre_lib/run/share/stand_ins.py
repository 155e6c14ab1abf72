"""Stand-ins for names, such as `service-01`: the same name has the same one everywhere in one pack."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sre_lib.collect.record.anonymous import ROLES, Anonymous, Shape, known_dimensions
from sre_lib.collect.record.pseudonyms import Pseudonyms

_ARN = re.compile(r"(?P<before>arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:)(?P<account>\d*):(?P<rest>.*)", re.DOTALL)
_TARGET_TRACKING = re.compile(r"TargetTracking-(?P<target>.+)-Alarm(?P<side>High|Low)-(?P<policy>.+)", re.DOTALL)
"""How AWS calls the alarms that target tracking makes for itself; what we read from it must stay readable."""
_BETWEEN = re.compile(r"([:/]+)")
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SUFFIX = re.compile(r"-?(?:identifier|name|id)$")
ALARM, METRIC, SERVICE = "alarm", "metric", "service"
ID = "id"
"""Among these are ids by which the archive tells changes apart: thousands, and no page shows them."""


@dataclass(frozen=True)
class StandIns(Pseudonyms):
    """Stand-ins numbered as names are met, by kind: nothing of what they stand for is in them."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)

    def name(self, text: str, kind: str = "name", among: str = "") -> str:
        """Return what stands for a whole name; the kind counts where it is met first.

        `among` sets apart names that only look alike: the key of a metric is no service.
        """
        if not text:
            return text
        if (among, text) not in self.known:
            self.met[kind] += 1
            self.known[among, text] = f"{kind}-{self.met[kind]:02}"
        return self.known[among, text]

    def text(self, text: str, kind: str = "name") -> str:
        """Return a name, a path of names or an ARN: its type stays, so do numbers up to four digits and signs."""
        if ("", text) in self.known:
            return self.known["", text]
        if arn := _ARN.fullmatch(text):
            account = f"{int(self.name(arn['account'], 'account').rpartition('-')[2]):012}" if arn["account"] else ""
            shown = self._resource(arn["before"], arn["rest"])
            return f"{arn['before']}{account}:{shown}"
        if made := _TARGET_TRACKING.fullmatch(text):
            policy = self.name(made["policy"], "policy")
            return f"TargetTracking-{self._typed(made['target'])}-Alarm{made['side']}-{policy}"
        pieces = _BETWEEN.split(text)
        return self._typed(text) if len(pieces) > 1 else self.piece(text, kind)

    def dimension(self, name: str, value: str) -> str:
        """Return a dimension's value, by what it names: `db-cluster-01` of DBClusterIdentifier."""
        kind = re.sub(r"[^a-z0-9-]+", "-", _SUFFIX.sub("", _HUMP.sub("-", name).lower())).strip("-") or "name"
        return self.text(value, kind)

    def alarm(self, name: str) -> str:
        """Return what stands for an alarm's name."""
        return self.text(name) if _TARGET_TRACKING.fullmatch(name) else self.name(name, ALARM)

    def opaque(self, text: str) -> str:
        """Return what stands for a token."""
        return self.name(text, "token")

    def factor(self, unit: str) -> float:  # noqa: ARG002  # values stay as they are
        """Return 1: values are shown."""
        return 1.0

    def piece(self, text: str, kind: str = "name") -> str:
        """Return what stands for one name of a path."""
        return text if _NUMBER.fullmatch(text) else self.name(text, kind)

    def originals(self) -> Iterator[str]:
        """Yield every name that something stands for, but those that a stand-in is called, and ids that none sees."""
        taken = set(self.known.values())
        yield from (text for among, text in self.known if text not in taken and among != ID)

    def _resource(self, before: str, rest: str) -> str:
        """Return what an ARN names; only what is shown is met."""
        if rest.startswith("alarm:"):
            return f"alarm:{self.alarm(rest.removeprefix('alarm:'))}"
        return self.piece(rest, "topic") if ":sns:" in before and ":" not in rest else self._typed(rest)

    def _words(self, text: str) -> str:
        """Return a path with each of its names replaced."""
        return "".join(each if at % 2 else self.piece(each, "name") for at, each in enumerate(_BETWEEN.split(text)))


@dataclass(frozen=True)
class Shown(Anonymous):
    """Answers of AWS with stand-ins; values and AWS' own words stay as they are."""

    names: StandIns = field(default_factory=StandIns)

    def dimension(self, namespace: str, name: str, value: str) -> tuple[str, str]:
        """Return a dimension as `Anonymous` does, its value by what it names."""
        shown = (
            name if namespace.startswith("AWS/") or name in known_dimensions() else self.names.name(name, "dimension")
        )
        return shown, value if value in ROLES.get(name, ()) else self.names.dimension(name, value)

    def _structure(self, shape: Shape, value: Mapping[str, Any], unit: str) -> dict[str, Any]:
        """Return a structure as `Anonymous` does; what names a metric is looked at as a whole alone."""
        rest = {key: each for key, each in value.items() if key not in {"Namespace", "MetricName", "Dimensions"}}
        namespace = value.get("Namespace")
        named = self._named(namespace, value) if isinstance(namespace, str) else {}
        return super()._structure(shape, rest, unit) | named
