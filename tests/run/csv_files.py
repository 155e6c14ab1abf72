"""CSV files for the tests."""

from pathlib import Path

import numpy as np
import pandas as pd


def written(folder: Path, text: str, name: str = "web.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def written_series(folder: Path, series: pd.Series, name: str = "web.csv") -> Path:
    times = pd.DatetimeIndex(series.index)
    rows = [f"{at.isoformat()},{'' if np.isnan(value) else value}" for at, value in zip(times, series, strict=True)]
    return written(folder, "\n".join(["timestamp,value", *rows]), name)
