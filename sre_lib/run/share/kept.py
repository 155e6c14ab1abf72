"""What the archive keeps beside metrics (alarms, changes, upkeep) without names and what people wrote."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import botocore.session

from sre_lib.change import Change, Looked
from sre_lib.collect.alarms.kept import AlarmId, AlarmLook, Item, KeptDefinitions, KeptWeek, MuteSeen, SeenDefinition
from sre_lib.collect.changes.kept import Kept, Limits
from sre_lib.collect.record.texts import Embedded, sentence
from sre_lib.collect.spans import ONLY_HOURLY, TOO_OLD
from sre_lib.run.share.stand_ins import ID, Shown
from sre_lib.upkeep import UpkeepItem, UpkeepLook

LEFT_OUT = "(left out)"
_OF_AWS = re.compile(r"Setting (?:desired|min|max|replica) (?:count|capacity) to \d{1,5}\.?")
_NUMBER = re.compile(r"[\d.,%]{0,12}", re.ASCII)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}", re.ASCII)
_CALL = re.compile(r"[A-Z][A-Za-z]{2,60}(?:2015\w{0,12})?", re.ASCII)
_CODE = re.compile(r"[A-Za-z_]{1,40}", re.ASCII)
_AS_THEY_ARE = frozenset({"task_cpu", "task_memory", "desired", "minimum", "maximum", "scaled"})
_CODES = frozenset({"outcome", "category"})
_KINDS = {"by": "person", "image": "image", "task_definition": "task-definition"}
_WORD = re.compile(r"""'[^']*'|"[^"]*"|(?<![A-Za-z0-9_])[a-z]\w*""")
_SPOKEN = frozenset({"reason"})


def definitions(kept: KeptDefinitions, shown: Shown) -> KeptDefinitions:
    """Return definitions of alarms with stand-ins."""
    for each in kept.seen:
        shown.names.alarm(each.id.name)
    return replace(
        kept,
        seen=tuple(_definition(each, shown) for each in kept.seen),
        edits=tuple(_item(each, shown) for each in kept.edits),
        listed=tuple(replace(each, place=_place(each.place, shown)) for each in kept.listed),
    )


def alarm_week(kept: KeptWeek, shown: Shown) -> KeptWeek:
    """Return what is kept of a week's alarms with stand-ins; what AWS said beside the numbers is left out."""
    return replace(
        kept,
        items=tuple(_item(each, shown) for each in kept.items),
        looks=tuple(_alarm_look(each, shown) for each in kept.looks),
        states=tuple(replace(each, id=_id(each.id, shown), reason="") for each in kept.states),
        mutes=tuple(_mute(each, shown) for each in kept.mutes),
    )


def changes(kept: Kept, shown: Shown) -> Kept:
    """Return changes with stand-ins: what kind, when and which numbers; what AWS or people said is left out."""
    return Kept(
        tuple(_change(each, shown) for each in kept.changes),
        tuple(_looked(each, shown) for each in kept.looked),
        tuple(Limits(_resource(each.resource, shown), each.at, each.values) for each in kept.limits),
    )


def upkeep(look: UpkeepLook, shown: Shown) -> UpkeepLook:
    """Return what expires with stand-ins."""
    # Profile and region, either may be missing: whatever has not the form of a region is a name.
    pieces = (each if _REGION.fullmatch(each) else shown.names.name(each, "profile") for each in look.place.split(" "))
    place = " ".join(pieces)
    items = tuple(_upkeep(each, shown) for each in look.items)
    return replace(look, place=place, message=said(look.message, shown), items=items)


def _upkeep(item: UpkeepItem, shown: Shown) -> UpkeepItem:
    """Return one thing that expires."""
    name = shown.names.name(item.name, {"certificate": "certificate"}.get(item.kind, item.source.removesuffix("s")))
    return replace(item, id=shown.names.text(item.id), name=name)


def _definition(seen: SeenDefinition, shown: Shown) -> SeenDefinition:
    """Return the definition of an alarm; times stay, a description that there was is said to be left out."""
    plain = shown.value(_shapes().shape_for(seen.type), seen.definition)
    plain |= {key: each for key, each in seen.definition.items() if key.endswith("Timestamp")}
    plain |= _expressions(seen.definition, plain, shown)
    plain |= {"AlarmName": shown.names.alarm(seen.id.name)}
    plain |= {"AlarmDescription": LEFT_OUT} if seen.definition.get("AlarmDescription") else {}
    return replace(seen, id=_id(seen.id, shown), definition=plain)


def _expressions(definition: Mapping[str, Any], plain: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    """Return the metrics of an alarm of several with ids `m1`, `m2`: expressions must stay what they work out."""
    metrics = definition.get("Metrics") or ()
    ids = {str(each.get("Id")): f"m{number}" for number, each in enumerate(metrics, 1)}

    def word(found: re.Match[str]) -> str:
        text = found[0]
        return f"{text[0]}{shown.names.text(text[1:-1])}{text[0]}" if text[0] in "\"'" else ids.get(text, text)

    rows = []
    for each, row in zip(metrics, plain.get("Metrics", ()), strict=True):
        expression = {"Expression": _WORD.sub(word, each["Expression"])} if each.get("Expression") else {}
        label = {"Label": ids[str(each.get("Id"))]} if each.get("Label") else {}
        rows.append(row | {"Id": ids[str(each.get("Id"))]} | expression | label)
    threshold = definition.get("ThresholdMetricId")
    found = {"ThresholdMetricId": ids.get(threshold, "")} if threshold else {}
    return found | ({"Metrics": rows} if rows else {})


def _item(item: Item, shown: Shown) -> Item:
    """Return one item of an alarm's history."""
    embedded = Embedded(shown.names, shown.metric, shown.dimension, lambda number: number)
    return replace(
        item,
        id=_id(item.id, shown),
        summary=sentence(item.summary, shown.names),
        data=embedded.json(item.data) if item.data else "",
        contributor=shown.names.name(item.contributor, "contributor"),
    )


def _mute(seen: MuteSeen, shown: Shown) -> MuteSeen:
    """Return a mute rule: when, and which alarms."""
    kept = ("Rule", "StartDate", "ExpireDate", "LastUpdatedTimestamp", "Status", "MuteType")
    rule: dict[str, Any] = {key: seen.rule[key] for key in kept if key in seen.rule}
    targets = seen.rule.get("MuteTargets")
    alarms = targets.get("AlarmNames", ()) if isinstance(targets, Mapping) else ()
    rule["MuteTargets"] = {"AlarmNames": [shown.names.alarm(str(each)) for each in alarms]}
    return replace(seen, place=_place(seen.place, shown), name=shown.names.name(seen.name, "mute-rule"), rule=rule)


def _alarm_look(look: AlarmLook, shown: Shown) -> AlarmLook:
    """Return a look at alarms."""
    return replace(look, place=_place(look.place, shown), message=said(look.message, shown))


def _id(alarm: AlarmId, shown: Shown) -> AlarmId:
    """Return what an alarm is known by."""
    return AlarmId(shown.names.alarm(alarm.name), _place(alarm.place, shown))


def _place(place: str, shown: Shown) -> str:
    """Return `profile/region`, or either: a region is no name."""
    profile, slash, region = place.partition("/")
    return f"{shown.names.name(profile, 'profile')}{slash}{region}" if slash else place


def _change(change: Change, shown: Shown) -> Change:
    """Return a change."""
    details = dict(_details(change, shown))
    own = _OF_AWS.fullmatch(change.title) or (change.kind == "api_call" and _CALL.fullmatch(change.title))
    title = change.title if own else shown.names.name(change.title, change.kind, "change")
    name = shown.names.name(change.id, change.kind, ID)
    return replace(change, id=name, part=shown.names.name(change.part), title=title, details=details)


def _details(change: Change, shown: Shown) -> list[tuple[str, tuple[str, str]]]:
    """Return what changed; what is said in words, and details of a form that is not known, are left out."""
    found: list[tuple[str, tuple[str, str]]] = []
    for key, (before, after) in change.details.items():
        first, _, container = key.partition(" ")
        name = f"{first} {shown.names.name(container, 'container')}" if container else first
        if first in _AS_THEY_ARE:
            fits = all(_NUMBER.fullmatch(each) for each in (before, after))
            found += [(name, (before, after))] if fits else []
        elif first in _CODES:
            found += (
                [(name, (before, after))] if all(not each or _CODE.fullmatch(each) for each in (before, after)) else []
            )
        elif first not in _SPOKEN:
            kind = _KINDS.get(first, "name")
            found.append((name, (shown.names.name(before, kind), shown.names.name(after, kind))))
    return found


def _looked(look: Looked, shown: Shown) -> Looked:
    """Return what was asked for."""
    return replace(look, resource=_resource(look.resource, shown), message=said(look.message, shown))


def _resource(text: str, shown: Shown) -> str:
    """Return the resource that a source was asked about: `ecs_service:cluster/service`, profile and region behind it.

    The review's own parts name it once more, so that both must become the same.
    """
    kind, _, rest = text.partition(":")
    names, *place = rest.split(":")
    shown_names = ",".join("/".join(shown.names.piece(piece) for piece in each.split("/")) for each in names.split(","))
    known = [shown.names.known.get(("", each), each) for each in place]
    return ":".join((kind, shown_names, *known))


def said(message: str, shown: Shown) -> str:
    """Return a message as far as it says nothing of the company: our own on age, what AWS denied."""
    return message if message in {"", ONLY_HOURLY, TOO_OLD} else sentence(message, shown.names)


@cache
def _shapes() -> Any:  # noqa: ANN401  # botocore ships no types
    """Return botocore's model of CloudWatch."""
    return botocore.session.Session().get_service_model("cloudwatch")
