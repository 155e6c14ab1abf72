"""The weekly monitoring review as a notebook (importing a part never pulls in plotly or papermill)."""

__version__ = "0.1.0"
