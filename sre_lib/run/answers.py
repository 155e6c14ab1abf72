"""What a page shows, for programs: findings.json and run.json."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import orjson

from sre_lib import __version__
from sre_lib.analyse.ranking import Ranking
from sre_lib.collect.gather import Collected
from sre_lib.collect.usage import Usage
from sre_lib.document.minutes.record import Entry
from sre_lib.document.own_findings import missed
from sre_lib.model import Analysis, Finding, ServiceWeek, Week

FORMAT = 1
VERSION = __version__

BELOW = "below the cut"
"""Why a finding was set aside that nothing explains."""

VERDICT = "an earlier verdict"
"""Why a finding was set aside that the minutes of an earlier week explain; else it is the kind of a known event."""


def findings_json(
    week: Week,
    ranking: Ranking,
    analyses: Sequence[Analysis],
    entries: Sequence[Entry] = (),
    became: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Return the week's findings in the order of the page, what stayed below the cut and what was not evaluated.

    Each listed finding has its `rank` from 1 and whether it is one to `discuss`; times are ISO 8601 in UTC. Of the
    minutes' `entries` those that people saw themselves are told, and how many of them the tool `missed`; `became` says
    by `<week>/<id>` what was measured of earlier verdicts.
    """
    discuss = {finding.id for finding in ranking.discuss}
    return _dump(
        {
            "format": FORMAT,
            "week": week.name,
            "findings": [
                {"rank": number, "discuss": finding.id in discuss, **_finding(finding)}
                for number, finding in enumerate(ranking.listed, 1)
            ],
            "set_aside": [
                *({**_finding(finding), "because": VERDICT} for finding in ranking.aside),
                *({**_finding(finding), "because": finding.because} for finding in ranking.known),
                *({**_finding(finding), "because": BELOW} for finding in ranking.below_cut),
            ],
            "not_evaluated": [
                asdict(each) for analysis in analyses for each in (*analysis.not_evaluated, *analysis.views_lacking)
            ],
            "no_effect": [
                {"service": analysis.service, **asdict(event)} for analysis in analyses for event in analysis.no_effect
            ],
            "seen_by_people": {
                "missed": len(missed(entries)),
                "seen": [_seen(each) for each in entries if each.origin == "people"],
            },
            "became": dict(became),
        }
    )


def coverage_rows(analyses: Sequence[Analysis]) -> list[dict[str, Any]]:
    """Return how much of the week was seen, one row a judged series."""
    return [
        {
            "service": analysis.service,
            **row.column._asdict(),
            "status": row.status.value,
            "share": row.share,
            "longest_gap_min": row.longest_gap_min,
            "message": row.message,
        }
        for analysis in analyses
        for row in analysis.coverage
    ]


def day_rows(seen: Sequence[ServiceWeek]) -> list[dict[str, Any]]:
    """Return how each local day of a service was seen: its period, whether provisional, datapoints corrected since."""
    return [{"service": each.service.name, **asdict(day)} for each in seen for day in each.days]


def collected_row(collected: Collected) -> dict[str, Any]:
    """Return what was fetched and what it cost, in dollars, over all places and of each."""
    totals = {**usage_row(collected.usage), "corrected": collected.corrected}
    return {**totals, "places": place_rows(collected.usages)}


def place_rows(usages: Sequence[Usage]) -> list[dict[str, Any]]:
    """Return one row a place and account; an empty name is the review's own."""
    return [
        {"profile": used.place.profile, "region": used.place.region, "account": used.account, **usage_row(used)}
        for used in usages
    ]


def usage_row(used: Usage) -> dict[str, Any]:
    """Return what was asked, billed and paid."""
    return {
        "calls": used.calls,
        "refused": used.refused,
        "retried": used.retried,
        "datapoints": used.datapoints,
        "billed_metrics": used.billed_low,
        "billed_metrics_at_most": used.billed_high,
        "cost_usd": round(used.cost_low, 6),
        "cost_usd_at_most": round(used.cost_high, 6),
        "seconds": round(used.seconds, 2),
    }


def document(content: Mapping[str, Any]) -> bytes:
    """Return an answer for programs with the format that it has."""
    return _dump({"format": FORMAT, **content})


def _finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values."""
    told = {key: value for key, value in asdict(finding).items() if value is not None}
    told["members"] = [_finding(each) for each in finding.members]
    return told


def _seen(entry: Entry) -> dict[str, Any]:
    """Return what people saw themselves as plain values; what they wrote on it is in the minutes."""
    told = ("id", "service", "part", "metric", "statistic", "unit", "start", "end", "sentence", "evidence", "found")
    return {name: getattr(entry, name) for name in told}


def _dump(content: Mapping[str, Any]) -> bytes:
    """Return indented JSON with a last newline; datetimes in UTC with Z, NaN as null."""
    return orjson.dumps(
        content,
        default=_plain,
        option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY,
    )


def _plain(value: object) -> object:
    """Return what orjson does not know as something that it does."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
