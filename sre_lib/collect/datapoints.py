"""GetMetricData's JSON straight into NumPy: botocore makes a datetime of every timestamp, 80 times slower."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from botocore.exceptions import IncompleteReadError
from numpy.typing import NDArray

from sre_lib.collect.page import check, not_cloudwatch

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

Times = NDArray[np.int64]
Floats = NDArray[np.float64]

_EVENT = "before-parse.cloudwatch.GetMetricData"
_AFTER = "after-call.cloudwatch.GetMetricData"
_ERROR = 300
"""From this HTTP status on botocore takes an answer for an error."""
_BROKEN = {"status_code": 400, "body": b'{"__type": "RequestTimeout", "message": "the answer broke off in the middle"}'}
_NOWHERE = -1
"""A time outside every window."""
_LATEST_S = 2**53
"""Beyond, a float does not hold every whole number."""


def install(client: "CloudWatchClient") -> None:
    """Make a client read its datapoints the fast way; everything else stays botocore's."""
    client.meta.events.register(_EVENT, read_page)
    client.meta.events.register(_AFTER, raise_broken)


def read_page(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_event: object) -> None:
    """Handle botocore's public event `before-parse`: put the page's content, with arrays, in place of botocore's.

    Errors and other protocols than JSON are left to botocore's own parser. Raises SourceError for JSON that cannot be
    CloudWatch's: botocore's parser would fail on it with whatever Python says.
    """
    try:
        page = orjson.loads(response_dict["body"])
    except orjson.JSONDecodeError:
        if response_dict["status_code"] < _ERROR and "json" in response_dict["headers"].get("content-type", ""):
            # botocore does not compare an answer's length with its Content-Length, and takes half of one for an empty
            # one: said as an error that it knows as passing, it asks again.
            response_dict.update(_BROKEN)
        return
    if not isinstance(page, dict):
        raise not_cloudwatch(f"answer: {type(page).__name__}")
    if response_dict["status_code"] >= _ERROR:
        return
    check(page)
    try:
        for result in page["MetricDataResults"]:
            result["Timestamps"], result["Values"] = arrays(result)
    except ValueError as error:
        raise not_cloudwatch(f"datapoints: {error}") from error
    customized_response_dict.update(page)
    response_dict["body"] = b"{}"


def raise_broken(http_response: Any, parsed: Mapping[str, Any], **_event: object) -> None:  # noqa: ANN401  # botocore's
    """Handle botocore's public event `after-call`: raise IncompleteReadError for an answer that broke off to the end.

    With the HTTP status of a success botocore would return what `read_page` made of it.
    """
    if "Error" in parsed and http_response.status_code < _ERROR:
        length = http_response.headers.get("Content-Length", 0)
        raise IncompleteReadError(actual_bytes=len(http_response.content), expected_bytes=length)


def arrays(result: Mapping[str, Any]) -> tuple[Times, Floats]:
    """Return the datapoints of one result: seconds since the epoch and values, in the order of the page.

    Takes what `read_page` left and what botocore parsed (aware datetimes). Raises ValueError where there are not as
    many values as timestamps, or where they are no numbers. A datapoint that cannot be one (a fraction of a second, an
    infinite value) comes with a time outside every window, so that it is said and not kept.
    """
    times, values = result.get("Timestamps", []), result.get("Values", [])
    if not all(isinstance(each, (list, np.ndarray)) for each in (times, values)):
        raise ValueError("got no lists of timestamps and values")
    if len(times) and hasattr(times[0], "timestamp"):
        times = [moment.timestamp() for moment in times]
    try:
        raw, values = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    except (OverflowError, TypeError) as error:
        raise ValueError(f"got timestamps or values that are no numbers: {error}") from error
    if raw.shape != values.shape:
        raise ValueError(f"got {len(raw)} timestamps and {len(values)} values, wants one each")
    if not (np.abs(raw) < _LATEST_S).all():
        raise ValueError("got timestamps that are no times")
    seconds = raw.astype(np.int64)
    return np.where((seconds == raw) & ~np.isinf(values), seconds, _NOWHERE), values
