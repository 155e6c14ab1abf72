"""How to read each kind of graph: what it shows, what its numbers are of, what it cannot tell, what normal looks like.

Sources: CloudWatch user guide, "CloudWatch concepts" (statistics, periods) and "Evaluating an alarm".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sre_lib.wording import N_

Graph = Literal[
    "finding", "together", "long", "hours", "small", "alarm", "event", "lines", "lesson", "history", "usual"
]


@dataclass(frozen=True)
class GraphReading:
    """The four things that a newcomer has to know of a kind of graph, as catalogue messages, under its `title`."""

    title: str
    shows: str
    of: str
    blind: str
    normal: str


_PERIOD = N_("A point is one period of CloudWatch, 5 minutes unless said otherwise; a gap is a period without data.")
_MEAN_HIDES = N_("A mean hides the single task or core that is full, and a period hides what is shorter than it.")

GRAPHS: Mapping[Graph, GraphReading] = {
    "finding": GraphReading(
        N_("Graph of a finding"),
        N_(
            "Thick line: this week. Grey line: the week before. Light band: where the values usually are then. "
            "Yellow: the time of the finding. Dotted green lines: known events and changes. Dashed red line: the limit."
        ),
        _PERIOD,
        N_("It tells that something was unusual, not why; and what is unusual is not always bad."),
        N_("The thick line runs inside the band and has the shape of the grey one."),
    ),
    "together": GraphReading(
        N_("Everything together"),
        N_(
            "All series of the service on one time axis, one panel each: what moved first, and what followed? "
            "Ticks at the foot: scaling."
        ),
        N_("Each panel has its own scale: compare times between panels, never heights."),
        N_("What moves together need not be cause and effect; what moves within one period has no order."),
        N_("Traffic leads, CPU follows it at once, memory hardly moves, errors and latency stay flat."),
    ),
    "long": GraphReading(
        N_("The long view"),
        N_("Of each day the mean, and the band from its lowest to its highest hour. Shaded: this week."),
        N_("Made from hourly means: a peak of minutes is not in it."),
        N_("It shows drift and steps, not incidents."),
        N_("A flat or slowly moving line; a step has a release or a change of size behind it."),
    ),
    "hours": GraphReading(
        N_("Hours of the week"),
        N_("A row is a day, a column an hour of the local time: the darker, the higher the mean."),
        N_("The scale starts at 0; the darkest is 100 for percent, else the highest hour."),
        N_("A short peak disappears in the mean of its hour; an empty cell had no datapoint."),
        N_("The same hours are dark on each working day; a single dark cell is what to ask about."),
    ),
    "small": GraphReading(
        N_("Small graphs of all services"),
        N_(
            "CPU or memory of a service over the week, of the series that needs attention most. "
            "Yellow: the time of a finding. Light band: where the values usually are."
        ),
        N_("Percent are drawn from 0 to 100, other units from 0 to the week's maximum: see the words below."),
        _MEAN_HIDES,
        N_("Seven like humps (or a flat line) with much room above them."),
    ),
    "alarm": GraphReading(
        N_("Graph of an alarm"),
        N_("What the alarm compares, over the week. Shaded: in ALARM. Dashed: its threshold."),
        N_("The alarm's own statistic and period; it fires where M of N such periods breach."),
        N_("A breach of fewer than M periods is seen here, told to nobody; missing data count as the alarm says."),
        N_("The line stays well clear of the threshold, and every shade has somebody who had to act."),
    ),
    "event": GraphReading(
        N_("Graph of a push"),
        N_("Aligned at the send. Blue: this push. Grey: earlier ones of like size. Dashed: the limit."),
        N_("Minutes since the send, at the finest period that is kept."),
        N_("Traffic from elsewhere in the same minutes is in it; a push of another size cannot be compared by eye."),
        N_("The blue line lies among the grey ones and is back within half an hour."),
    ),
    "lines": GraphReading(
        N_("Series over time"),
        N_("The series that you asked for, on one time axis; the week before is moved to this week's days."),
        _PERIOD,
        N_("Two lines of different units share no scale: look at when they move."),
        N_("Both weeks have one shape; where they part is the question."),
    ),
    "lesson": GraphReading(
        N_("Graph of a case"),
        N_("First the bare series and its limit. Then the same with the usual band, the week before, and the moment."),
        _PERIOD,
        N_("One series alone: in the meeting the others of the service are looked at too."),
        N_("Each day looks like the one before, weekends apart."),
    ),
    "history": GraphReading(
        N_("Findings and actions by week"),
        N_("Bars: findings, actions opened and closed of a week. Line: actions that are still open."),
        N_("Counts, of the weeks whose minutes were kept; a week that was not run is missing."),
        N_("Fewer findings can also mean that less was looked at: see the week's own page."),
        N_("The line of open actions does not grow, and the bars become shorter over the months."),
    ),
    "usual": GraphReading(
        N_("Usual week"),
        N_("What this week was compared with: the line is the expected value, the band where values usually are."),
        N_("A value each half hour; percent are drawn from 0 to 100 or beyond, others from 0 to the band's top."),
        N_("Nothing of it happened in this week; and what has been wrong for all weeks looks usual, too."),
        N_("Each working day has one shape, and the band is narrow against what is left to the limit."),
    ),
}
