"""What the pages say about the looking itself: how much was seen, what was not and why, where it all comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from sre_lib import __version__
from sre_lib.collect.gather import Problem
from sre_lib.collect.usage import Usage
from sre_lib.document.days import history_text, seen_of_all
from sre_lib.document.lacking import lacking, lacking_sentences, several
from sre_lib.document.look import Look
from sre_lib.document.opening import Opened
from sre_lib.model import NOT_PUBLISHED, Coverage, Status
from sre_lib.params import Review
from sre_lib.wording import N_, Wording
from sre_lib.wording.findings import reason, status_name, view_name
from sre_lib.wording.metrics import metric_name, where

WHOLE = 0.99
"""Share of the week's datapoints from which a series counts as seen: a few lost ones are no news."""

LONG_GAP_MIN = 30.0
"""A gap from here on is named however small its share: a fault fits into it."""

_SOURCES: Mapping[str, str] = {
    "demo": N_("simulated data of the demo shop, served by the embedded endpoint"),
    "cloudwatch": N_("Amazon CloudWatch"),
    "archive": N_("the archive alone, no CloudWatch"),
}


@dataclass(frozen=True)
class Health:
    """How much could be seen: share of datapoints (0..1), services with gaps, services of which nothing came.

    `without_data` counts those of the last that were analysed all the same.
    """

    share: float
    gaps: tuple[str, ...]
    unreadable: tuple[str, ...]
    without_data: int = 0


def health(opened: Opened) -> Health:
    """Return how much of what was asked for could be seen; 0 where nothing was."""
    rows = [row for look in opened.looks for row in look.analysis.coverage]
    unseen = tuple(look.service.name for look in opened.looks if _nothing_seen(look))
    return Health(
        share=sum(row.share for row in rows) / len(rows) if rows else 0.0,
        gaps=tuple(
            look.service.name
            for look in opened.looks
            if look.service.name not in unseen and any(has_gap(row) for row in look.analysis.coverage)
        ),
        unreadable=(*unseen, *opened.failed),
        without_data=len(unseen),
    )


def has_gap(row: Coverage) -> bool:
    """Tell whether a series was not wholly seen."""
    return row.status is not Status.COMPLETE or row.share < WHOLE or row.longest_gap_min >= LONG_GAP_MIN


def own_run_notes(opened: Opened) -> list[str]:
    """Return what is different where a notebook runs on its own: nothing to write in, perhaps data just fetched."""
    if opened.in_run:
        return []
    say = opened.say
    alone = say("This notebook ran on its own, without cells for the discussion.")
    used = opened.collected.usage if opened.collected else Usage()
    problems = opened.collected.problems if opened.collected else ()
    notes = [alone, *lacking_sentences(lacking(opened, problems), say)]
    if used.billed_high:
        fetched = say.plural(
            "What the archive lacked was collected now ({n} call to CloudWatch).",
            "What the archive lacked was collected now ({n} calls to CloudWatch).",
            used.calls,
        )
        notes.insert(1, fetched)
    return [*notes, *([_refused(used, say)] if used.refused else [])]


def not_looked_at(opened: Opened) -> list[tuple[str, str, str]]:
    """Return where, what and why for everything that could not be judged or has gaps, services that failed first."""
    say = opened.say
    rows = [(name, say("the whole service"), message) for name, message in opened.failed.items()]
    for look in opened.looks:
        lacking = (each for each in look.analysis.not_evaluated if each.reason != NOT_PUBLISHED)
        judged = {(each.part, each.metric): each for each in lacking}
        grouped: dict[tuple[str, str], list[str]] = {}
        for each in judged.values():
            key = (where(look.service.name, each.part), reason(each, say))
            grouped.setdefault(key, []).append(metric_name(each.metric, each.statistic, say))
        for row in look.analysis.coverage:
            if has_gap(row) and (row.column.part, row.column.metric) not in judged:
                key = (where(look.service.name, row.column.part), seen_text(row, say))
                grouped.setdefault(key, []).append(metric_name(row.column.metric, row.column.statistic, say))
        rows += [(place, say.listing(metrics), why) for (place, why), metrics in grouped.items()]
    return [*rows, *_view_rows(opened), *_history_rows(opened), *_empty_weeks(opened)]


def _view_rows(opened: Opened) -> list[tuple[str, str, str]]:
    """Return the views that lack a series that they need, with the services that do not publish it."""
    say = opened.say
    names: dict[tuple[str, str], list[str]] = {}
    for look in opened.looks:
        for each in look.analysis.views_lacking:
            names.setdefault((view_name(each.view, say), reason(each, say)), []).append(look.service.name)
    return [(several(services, say), view, why) for (view, why), services in names.items()]


def seen_text(row: Coverage, say: Wording) -> str:
    """Return how much of a series was seen: status where it is not complete, share, longest gap."""
    if row.status is Status.COMPLETE and row.share >= 1:
        return say("every datapoint")
    share = say(
        "{share} of the datapoints, longest gap {gap} min",
        share=say.share(row.share),
        gap=say.number(row.longest_gap_min),
    )
    return share if row.status is Status.COMPLETE else f"{status_name(row.status, say)}: {share}"


def provenance_rows(opened: Opened, *, cost: bool = True) -> list[tuple[str, str]]:
    """Return what was looked at, by whom and when, as pairs of name and value.

    `cost`: also what the collections of the week took, of all services together.
    """
    say, week, zone = opened.say, opened.week, opened.review.timezone
    return [
        (say("Source"), _source(opened.review, say)),
        (say("Week"), f"{week.name}, {_window(opened)}"),
        (say("History"), say("from {start}", start=say.full_time(week.history_start, zone))),
        (say("Period"), say("300 s (60 s rolled up exactly); percentiles as CloudWatch computes them, never averaged")),
        *((say("Seen"), text) for text in seen_of_all([look.service_week for look in opened.looks], say)),
        *(_cost_rows(opened) if cost else ()),
        (say("Made"), f"{say.full_time(opened.now, zone)} {zone}"),
        (say("Version"), f"sre-review {__version__}"),
    ]


def _history_rows(opened: Opened) -> list[tuple[str, str, str]]:
    """Return what was asked for of the history and never came, one row a reason."""
    say = opened.say
    grouped: dict[tuple[Status, str], list[Problem]] = {}
    for each in opened.lacking:
        grouped.setdefault((each.status, each.message), []).append(each)
    return [
        (
            several([each.service for each in group], say),
            say("{n} series before the week", n=say.number(sum(each.metrics for each in group))),
            ": ".join(filter(None, (status_name(status, say), message))),
        )
        for (status, message), group in grouped.items()
    ]


def _empty_weeks(opened: Opened) -> list[tuple[str, str, str]]:
    """Return of which services there is no datapoint of some weeks of the history, one row a number of weeks."""
    say = opened.say
    services: dict[str, list[str]] = {}
    for look in opened.looks:
        text = history_text(look.service_week.days, opened.week, say)
        if text:
            services.setdefault(text, []).append(look.service.name)
    return [(several(names, say), say("the weeks before"), text) for text, names in services.items()]


def _cost_rows(opened: Opened) -> list[tuple[str, str]]:
    """Return what the collections of the week took and cost; nothing where the archive came from elsewhere."""
    say, used = opened.say, opened.taken
    if used is None:
        return [(say("Cost"), say("not known: the archive's note of it is damaged"))]
    if not used.calls and not used.refused:
        return []
    text = say(
        "{calls} calls to CloudWatch, {datapoints} datapoints, {low} to {high} billed metrics (about ${cost_low} to "
        "${cost_high})",
        calls=say.number(used.calls, 0), datapoints=say.number(used.datapoints, 0), low=say.number(used.billed_low, 0),
        high=say.number(used.billed_high, 0), cost_low=f"{used.cost_low:.4f}", cost_high=f"{used.cost_high:.4f}",
    )  # fmt: skip
    return [(say("Cost"), text if not used.refused else say.listing([text, _refused(used, say)]))]


def _refused(used: Usage, say: Wording) -> str:
    """Return how many calls failed."""
    return say.plural("{n} call to CloudWatch failed", "{n} calls to CloudWatch failed", used.refused)


def _source(review: Review, say: Wording) -> str:
    """Return where the metrics come from."""
    return say(_SOURCES[review.source.type])


def _window(opened: Opened) -> str:
    """Return the window of the review in local time, its end excluded."""
    say, week, zone = opened.say, opened.week, opened.review.timezone
    return say(
        "from {start} until before {end} ({timezone})",
        start=say.full_time(week.start, zone), end=say.full_time(week.end, zone), timezone=zone,
    )  # fmt: skip


def _nothing_seen(look: Look) -> bool:
    """Tell whether no datapoint of a service came: denied, or nothing there (a mistyped dimension, say)."""
    return all(row.share == 0 for row in look.analysis.coverage)
