"""What CloudWatch does not document of how it evaluates alarms: named, settable, each with its default."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumptions:
    """How a replay fills what AWS leaves open.

    `range_extra`: the evaluation range is N and so many periods (AWS: "a higher number of data points", its examples
    have 5 of N = 3). `evaluation_delay_s`: an evaluation comes so many seconds after its window ends, which moves the
    timestamps only (17 s to 2.7 minutes were seen in real histories). `ignore_keeps_few_breaching`: under `ignore`,
    with fewer than N datapoints that all breach, the state is kept, even where M of them do (False: M suffice for
    ALARM). `dynamodb_ignores`: alarms on AWS/DynamoDB ignore missing data whatever was chosen (PutMetricAlarm says so;
    the guide's older text calls it the default). `whole_first_window`: the first evaluation waits until the data
    reaches back over all N periods (False: the first is at the end of the first step, and what lies before is missing).
    `fill_empty`: FILL also fills where the metric has no datapoint in the whole range. `not_before_and`: in a
    composite's rule NOT binds closer than AND, and AND closer than OR (False: AND and OR alike, from left to right).
    """

    range_extra: int = 2
    evaluation_delay_s: int = 30
    ignore_keeps_few_breaching: bool = True
    dynamodb_ignores: bool = True
    whole_first_window: bool = False
    fill_empty: bool = True
    not_before_and: bool = True


DEFAULT = Assumptions()
