"""Imported once by the fork server: loads what every notebook needs and draws one figure, so that no child has to."""

import os

# plotly chooses its renderer when it is imported; a process without a kernel would get a browser window.
os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"

import holidays
import pandas as pd
import plotly.graph_objects as go
import pyarrow.dataset  # noqa: F401  what pandas reads Parquet with
from plotly.io import renderers

import sre_lib.run.cells  # noqa: F401  the children's own code
from sre_lib.catalog import builtin_catalog
from sre_lib.views import builtin_views


def warm() -> None:
    """Use pandas, plotly and the holidays once, read catalogue and views: all load at first use what notebooks need."""
    builtin_catalog()
    builtin_views()
    # The library imports the modules of all countries when it is asked which there are.
    holidays.list_supported_countries()
    holidays.list_localized_countries()
    index = pd.date_range("2026-01-05", periods=3, freq="5min", tz="UTC")
    frame = pd.DataFrame({"value": [1.0, 2.0, 3.0]}, index=index)
    frame.to_html()
    font = {"size": 14}
    figure = go.Figure(
        layout={
            "title": {"text": "warm", "font": font, "pad": {"l": 0}},
            "font": font,
            "hoverlabel": {"font": font},
            "legend": {"font": font},
            "margin": {"l": 0},
            "height": 300,
            "xaxis": {"tickformatstops": [{"value": "%H"}]},
            "yaxis": {"nticks": 6},
            "annotations": [{"text": "a", "font": font}],
        }
    )
    figure.add_scatter(x0=index[0].isoformat(), dx=300_000, y=frame["value"], line={"width": 1}, marker={"size": 4})
    figure.update_xaxes(type="date").update_layout(shapes=[{"type": "line"}])
    renderers["plotly_mimetype"].to_mimebundle(figure.to_dict())


warm()
