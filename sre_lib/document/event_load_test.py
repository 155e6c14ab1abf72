"""A load test on the page: its stages, its knee, what was used up first, and the test before it."""

from collections.abc import Sequence

import numpy as np

from sre_lib.analyse.events.conformal import TooFew
from sre_lib.analyse.events.load_parts import parts_of
from sre_lib.analyse.events.load_test import compared, load_test
from sre_lib.analyse.events.load_test_result import Compared, LoadTest, PartTested
from sre_lib.analyse.events.measure import EventReview
from sre_lib.document.display import Fragment, fragment
from sre_lib.document.event_texts import crowd_text
from sre_lib.document.opening import Opened
from sre_lib.wording import Wording
from sre_lib.wording.metrics import metric_name, where


def load_test_fragment(one: EventReview, earlier: Sequence[EventReview], opened: Opened) -> Fragment:
    """Return what a load test showed; `earlier` are the ones before it, the newest first."""
    say, zone = opened.say, opened.review.timezone
    head = say("{crowd}, {when}", crowd=crowd_text(one.event, say), when=say.time(one.event.start, zone))
    tested = load_test(one.event.stages, parts_of(one))
    if isinstance(tested, TooFew):
        line = say("no stages were written down, and none can be told from the requests")
        return fragment("event_load_test", f"{head}: {line}", say, head=head, line=line, rows=[], notes=[], names=[])
    notes = [*_knees(tested, say), *_against(tested, earlier, opened)]
    rows = [_row(number, tested, say) for number in range(len(tested.stages))]
    names = [_column(each, say) for each in _shown(tested)]
    line = _first(tested, opened)
    plain = "\n".join([f"{head}: {line}", *(" ".join(row) for row in rows), *notes])
    return fragment("event_load_test", plain, say, head=head, line=line, rows=rows, notes=notes, names=names)


def _shown(tested: LoadTest) -> list[PartTested]:
    """Return the parts with a CPU, whose work the table tells."""
    return [each for each in tested.parts if any(np.isfinite(stage.cpu) for stage in each.stages)]


def _column(part: PartTested, say: Wording) -> str:
    """Return the head of a part's column: where its tasks are counted, the work is that of all of them."""
    name = where(part.service, part.part)
    if part.per_task:
        return say("{where} CPU (times tasks, for 1,000 requests)", where=name)
    return say("{where} CPU (for 1,000 requests)", where=name)


def _row(number: int, tested: LoadTest, say: Wording) -> list[str]:
    """Return a stage: its load, what arrived, then CPU and CPU for 1,000 requests of each part."""
    stage = tested.stages[number]
    front = next((each.stages[number] for each in tested.parts if np.isfinite(each.stages[number].requests)), None)
    asked = "" if stage.load is None else say.number(round(60 * stage.load))
    reached = say.number(round(front.requests)) if front else ""
    cells = []
    for part in _shown(tested):
        reading = part.stages[number]
        cpu = "" if np.isnan(reading.cpu) else say.percent(reading.cpu)
        work = "" if np.isnan(reading.cpu_per_request) else say(" ({work})", work=say.points(reading.cpu_per_request))
        cells.append(f"{cpu}{work}")
    return [stage.title or say("stage {n}", n=number + 1), asked, reached, *cells]


def _first(tested: LoadTest, opened: Opened) -> str:
    """Return what was used up first."""
    say, first = opened.say, tested.first
    if first is None:
        return say("nothing was used up")
    return say(
        "{where} {metric} was used up first, from {when} on",
        where=where(first.service, first.part), metric=metric_name(first.resource, "", say),
        when=say.clock(first.at, opened.review.timezone),
    )  # fmt: skip


def _knees(tested: LoadTest, say: Wording) -> list[str]:
    """Return where more load no longer brought more throughput, or latency turned up."""
    found = []
    for part in tested.parts:
        values = {"where": where(part.service, part.part)}
        load = say("a minute and task") if part.per_task else say("a minute")
        if part.knee:
            found.append(
                say("{where}: from {requests} requests {load} on CPU ({cpu}) brings little more throughput", **values,
                    requests=say.number(round(part.knee.requests)), load=load, cpu=say.percent(part.knee.value))
            )  # fmt: skip
        if part.latency_knee:
            found.append(
                say("{where}: from {requests} requests {load} on latency turns up", **values,
                    requests=say.number(round(part.latency_knee.requests)), load=load)
            )  # fmt: skip
    return found


def _against(tested: LoadTest, earlier: Sequence[EventReview], opened: Opened) -> list[str]:
    """Return the comparison with the test before."""
    say, zone = opened.say, opened.review.timezone
    if not earlier:
        return [say("No earlier load test to compare with.")]
    last = load_test(earlier[0].event.stages, parts_of(earlier[0]))
    if isinstance(last, TooFew):
        return [say("The load test before it has no stages to compare with.")]
    day = say.day(earlier[0].event.start, zone)
    pairs = [each for each in compared(tested, last) if np.isfinite(each.work_change)]
    if not pairs:
        return [say("The load test of {day} has too few datapoints to compare with.", day=day)]
    differ = [_differs(each, day, say) for each in pairs if each.work_differs]
    same = say("Against the test of {day}: CPU for a request is as it was ({n} parts).", day=day, n=len(pairs))
    return differ or [same]


def _differs(pair: Compared, day: str, say: Wording) -> str:
    """Return how the work for a request has changed."""
    values = {"day": day, "where": where(pair.now.service, pair.now.part),
              "share": say.percent(100 * abs(pair.work_change))}  # fmt: skip
    if pair.work_change > 0:
        return say("Against the test of {day}: {where} takes {share} more CPU for a request", **values)
    return say("Against the test of {day}: {where} takes {share} less CPU for a request", **values)
