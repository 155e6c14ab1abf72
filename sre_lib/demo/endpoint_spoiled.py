"""What faults make of a page that was right: its tokens, its order, its timestamps, its bytes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import orjson

from sre_lib.demo.endpoint_faults import Fault, Kind
from sre_lib.demo.endpoint_pages import token
from sre_lib.demo.endpoint_request import GetMetricData

Page = dict[str, Any]

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>The proxy wants you to sign in.</body></html>"
_DAY_S, _OFF_S = 86_400, 7
_FAR = 10**9
"""More datapoints than there ever are: a page behind them is empty."""


def spoiled(page: Page, request: GetMetricData, faults: Iterable[Fault]) -> Page:
    """Return a page with the faults that concern it as a whole."""
    for fault in faults:
        change = _CHANGES.get(fault.kind)
        page = change(page, request) if change else page
    return page


def body(page: Mapping[str, object], faults: Iterable[Fault]) -> bytes:
    """Return the bytes of an answer, with the faults that concern them."""
    content = orjson.dumps(page, option=orjson.OPT_SERIALIZE_NUMPY)
    for fault in faults:
        if fault.kind == "truncated":
            content = content[: len(content) // 2]
        elif fault.kind == "not_json":
            content = content.replace(b'"Values":[', b'"Values":[NaN,')
    return content


def _endless(page: Page, request: GetMetricData) -> Page:
    """Offer a new token with every page."""
    seen = int(request.next_token.partition(".")[0]) if request.next_token else 0
    return page | {"NextToken": token(request, seen + _FAR, 1)}


def _repeated(page: Page, request: GetMetricData) -> Page:
    """Offer the same token with every page."""
    return page | {"NextToken": token(request, _FAR, 1)}


def _shuffled(page: Page, request: GetMetricData) -> Page:
    """Bring results and their datapoints out of order, the same way for the same call."""
    generator = np.random.default_rng(len(request.metric_data_queries))
    results = page["MetricDataResults"]
    page = page | {"MetricDataResults": [results[at] for at in generator.permutation(len(results))]}
    return _each(page, lambda result: _picked(result, generator.permutation(len(result["Timestamps"]))))


def _float_times(page: Page, _request: GetMetricData) -> Page:
    """Give timestamps as floats."""
    return _each(page, lambda result: result | {"Timestamps": result["Timestamps"].astype(np.float64)})


def _fractional_times(page: Page, _request: GetMetricData) -> Page:
    """Give timestamps half a second late."""
    return _each(page, lambda result: result | {"Timestamps": result["Timestamps"] + 0.5})


def _repeated_ids(page: Page, _request: GetMetricData) -> Page:
    """Give every Id twice: first with its even, then with its odd datapoints."""
    halves = [
        _picked(result, np.arange(first, len(result["Timestamps"]), 2))
        for result in page["MetricDataResults"]
        for first in (0, 1)
    ]
    return page | {"MetricDataResults": halves}


def _outside(page: Page, request: GetMetricData) -> Page:
    """Give every result one datapoint more, a day before what was asked for."""
    early = int(request.start_time) - _DAY_S
    return _each(
        page,
        lambda result: (
            result | {"Timestamps": np.append(result["Timestamps"], early), "Values": np.append(result["Values"], 1e9)}
        ),
    )


def _unaligned(page: Page, _request: GetMetricData) -> Page:
    """Give all timestamps some seconds late."""
    return _each(page, lambda result: result | {"Timestamps": result["Timestamps"] + _OFF_S})


def _infinite(page: Page, _request: GetMetricData) -> Page:
    """Give the first value of every result as infinite, as JSON can carry it."""
    return _each(page, lambda result: result | {"Values": ["Infinity", *result["Values"][1:].tolist()]})


def _unanswered(page: Page, _request: GetMetricData) -> Page:
    """Leave out the last result."""
    return page | {"MetricDataResults": page["MetricDataResults"][:-1]}


def _each(page: Page, change: Callable[[Page], Page]) -> Page:
    """Change every result."""
    return page | {"MetricDataResults": [change(result) for result in page["MetricDataResults"]]}


def _picked(result: Page, at: np.ndarray) -> Page:
    """Return a result with some of its datapoints."""
    picked = {name: np.ascontiguousarray(result[name][at]) for name in ("Timestamps", "Values")}
    return result | picked


_CHANGES: Mapping[Kind, Callable[[Page, GetMetricData], Page]] = {
    "endless_tokens": _endless,
    "repeated_token": _repeated,
    "shuffled": _shuffled,
    "float_times": _float_times,
    "fractional_times": _fractional_times,
    "repeated_ids": _repeated_ids,
    "outside": _outside,
    "unaligned": _unaligned,
    "infinite": _infinite,
    "unanswered": _unanswered,
}
