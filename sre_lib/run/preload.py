"""Imported once by the fork server: loads what every notebook needs and draws one figure, so that no child has to."""

import os

# plotly chooses its renderer when it is imported; a process without a kernel would get a browser window.
os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"

import pandas as pd
import plotly.graph_objects as go
from plotly.io import renderers

import sre_lib.run.cells  # noqa: F401  the children's own code
from sre_lib.catalog import builtin_catalog


def warm() -> None:
    """Use pandas and plotly once, and read the catalogue: all load at first use what every notebook needs."""
    builtin_catalog()
    index = pd.date_range("2026-01-05", periods=3, freq="5min", tz="UTC")
    frame = pd.DataFrame({"value": [1.0, 2.0, 3.0]}, index=index)
    frame.to_html()
    figure = go.Figure(layout={"title": "warm", "height": 300, "annotations": [{"text": "a"}]})
    figure.add_scatter(x0=index[0].isoformat(), dx=300_000, y=frame["value"], line={"width": 1})
    figure.update_xaxes(type="date").update_layout(shapes=[{"type": "line"}])
    renderers["plotly_mimetype"].to_mimebundle(figure.to_dict())


warm()
