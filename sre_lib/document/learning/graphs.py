"""A series over its whole week, once as anybody sees it and once as the expert does."""

import plotly.graph_objects as go

from sre_lib.document.axes import layout, x_axis
from sre_lib.document.charts import BOTTOM_PX, TITLE_PX, legend, span_shape, title
from sre_lib.document.display import Chart
from sre_lib.document.learning.lesson import Lesson
from sre_lib.document.panel import Panel

PLOT_PX, LEGEND_PX = 240, 28


def unmarked(lesson: Lesson) -> Chart:
    """Return the graph of a lesson without a hint: the series and its limit, on the axes of the marked one."""
    return _graph(lesson, marked=False)


def marked(lesson: Lesson) -> Chart:
    """Return the graph of a lesson with the expected band, last week, and the moment shaded."""
    return _graph(lesson, marked=True)


def _graph(lesson: Lesson, *, marked: bool) -> Chart:
    """Return a graph of a lesson."""
    look = lesson.look
    say, week = look.say, look.week
    panel = Panel(look, lesson.column, week.start, week.end)
    lines = panel.traces()
    shapes, labels = panel.limit_marks(lines)
    if marked and lesson.finding:
        shapes = [span_shape(lesson.finding, week.start, week.end, week.timezone), *shapes]
    top = TITLE_PX + LEGEND_PX
    base = layout(top + PLOT_PX + BOTTOM_PX, top, week.timezone)
    figure = go.Figure(
        data=lines if marked else lines[-1:],
        layout={
            **base,
            "title": title(panel.title),
            "legend": legend(1.02),
            "xaxis": x_axis(week.start, week.end, say, week.timezone),
            "yaxis": panel.axis(lines),
            "shapes": shapes,
            "annotations": [*base["annotations"], *labels],
        },
    )
    span = say.span(week.start, week.end, week.timezone)
    return Chart(figure, say("Chart: {title}, {span}", title=panel.title, span=span), say.language)
