"""The review without names is a review file that can be read, with the same resources, kinds and limits."""

import dataclasses

import orjson

from sre_lib import params
from sre_lib.collect.queries import Metric
from sre_lib.params import Review
from sre_lib.run.share.review_row import review_row
from sre_lib.run.share.stand_ins import Shown

FILE = "params/shop.yaml"


def read_again(review: Review, tmp_path, known=()) -> tuple[str, Review]:
    """Return the text of the file, and the review that it is."""
    row = review_row(review, "Review", known or {}, Shown())
    file = tmp_path / "params" / "review.yaml"
    file.parent.mkdir()
    file.write_bytes(orjson.dumps(row))
    return file.read_text(), params.load(str(file))


def test_every_key_of_the_annotated_file_comes_through_without_its_names(tmp_path):
    before = params.load(FILE)
    text, after = read_again(before, tmp_path)
    assert [len(each.parts) for each in after.services] == [len(each.parts) for each in before.services]
    assert after.services[0].name == "service-01"
    places = {each.name: number for number, each in enumerate(before.services)}
    again = {each.name: number for number, each in enumerate(after.services)}
    asked = [[places[name] for name in each.calls] for each in before.services]
    assert [[again[name] for name in each.calls] for each in after.services] == asked
    assert any(asked)
    limits = [sorted(part.limits.values()) for each in before.services for part in each.parts]
    assert [sorted(part.limits.values()) for each in after.services for part in each.parts] == limits
    assert len(after.events) == len(before.events)
    assert [each.start for each in after.events] == [each.start for each in before.events]
    assert [stage.load for each in after.events for stage in each.stages] == [
        stage.load for each in before.events for stage in each.stages
    ]
    assert after.views["oscillation"].enabled is False
    assert (after.timezone, after.week_start, after.holidays) == (before.timezone, before.week_start, before.holidays)
    names = {each.name for each in before.services} | {part.name for each in before.services for part in each.parts}
    names |= {event.title for event in before.events} | {each.owner for each in before.services if each.owner}
    names |= {"shop-public", "shop-readonly", "wiki.example.com", "123456789012", "OrdersPlaced", "Shop/Business"}
    left = [each for each in names if f'"{each}"' in text or f"/{each}" in text]
    assert left == []


def test_a_pattern_becomes_what_it_stood_for(tmp_path):
    before = params.load(FILE)
    service = next(each for each in before.services if any("*" in str(part.dimensions) for part in each.parts))
    part = next(each for each in service.parts if "*" in str(each.dimensions))
    ((name, pattern),) = part.dimensions.items()
    found = [str(pattern).replace("*", each) for each in ("1", "2")]
    namespace, metric = before.catalog[part.kind].namespace, next(iter(before.catalog[part.kind].metrics.values())).name
    known = {
        service.name: frozenset(
            Metric(namespace, metric, ((name, each),), part.account, part.region) for each in (*found, "other")
        )
    }
    alone = dataclasses.replace(before, services=(service,), events=())
    _, after = read_again(alone, tmp_path, known)
    shown = after.services[0].parts[service.parts.index(part)].dimensions[name]
    assert len(shown) == 2
    assert not any("*" in each for each in shown)
