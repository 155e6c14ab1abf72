"""What a page of GetMetricData looks like: another server's JSON must not be taken for CloudWatch's."""

from pydantic import BaseModel, ValidationError

from sre_lib.errors import SourceError


class NotCloudWatchError(SourceError):
    """Something else than CloudWatch answered."""


class _Message(BaseModel):
    """A note of CloudWatch's."""

    Code: str = ""
    Value: str = ""


class _Result(BaseModel):
    """One MetricDataResult; its datapoints are `datapoints.arrays`' matter."""

    Id: str
    StatusCode: str
    Messages: list[_Message] = []


class _Page(BaseModel):
    """The response elements of GetMetricData that are used (AWS API reference)."""

    MetricDataResults: list[_Result]
    Messages: list[_Message] = []
    NextToken: str | None = None


def check(page: object) -> None:
    """Raise NotCloudWatchError where an answer is not a page of GetMetricData."""
    try:
        _Page.model_validate(page)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise not_cloudwatch(f"{'.'.join(str(part) for part in first['loc']) or 'answer'}: {first['msg']}") from error


def not_cloudwatch(what: str) -> NotCloudWatchError:
    """Return the error for an answer that cannot be CloudWatch's."""
    return NotCloudWatchError(
        "source: the endpoint did not answer as CloudWatch does; "
        f"check source.endpoint in the review file, or AWS_ENDPOINT_URL ({what})"
    )
