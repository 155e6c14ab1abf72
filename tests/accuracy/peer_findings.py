"""Runs in the peers' interpreter, which has none of ours: one method on some CSV files, with its defaults.

    python peer_findings.py METHOD OUT FILE...

writes OUT/SET.NAME.csv.jsonl, one finding a datapoint in the format of `sre-review findings --json` (`file`, `start`,
`end`, `score`), and beside it OUT/SET.NAME.csv.seconds. What is there already is left alone.
"""

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SEED = 1

Score = Callable[[pd.Series], Any]
"""Takes a series without NaN, its index naive UTC; returns one score a datapoint, NaN where the method has none."""


def prophet(series: pd.Series) -> Any:
    """Return the distance from Prophet's forecast in sample, in half widths of its 80 % interval."""
    frame = pd.DataFrame({"ds": series.index, "y": series.to_numpy()})
    model = import_module("prophet").Prophet()
    # Prophet draws its interval from the global generator.
    np.random.seed(SEED)
    told = model.fit(frame).predict(frame)
    half = (told["yhat_upper"] - told["yhat_lower"]).to_numpy() / 2
    return np.abs(frame["y"] - told["yhat"]).to_numpy() / np.where(half > 0, half, np.nan)


def auto_ets(series: pd.Series) -> Any:
    """Return the distance from the fitted value in standard deviations of the residual."""
    model = import_module("statsforecast.models").AutoETS()
    values = series.to_numpy(dtype=float)
    residual = values - model.fit(values).predict_in_sample()["fitted"]
    spread = np.nanstd(residual)
    return np.abs(residual) / (spread if spread > 0 else np.nan)


def isolation_forest(series: pd.Series) -> Any:
    """Return the anomaly score of Merlion's isolation forest."""
    forest = import_module("merlion.models.anomaly.isolation_forest")
    time_series = import_module("merlion.utils").TimeSeries
    model = forest.IsolationForest(forest.IsolationForestConfig())
    scores = model.train(time_series.from_pd(series.to_frame("value"))).to_pd()["anom_score"]
    return scores.reindex(series.index).to_numpy()


METHODS: dict[str, Score] = {
    "merlion-isolation-forest": isolation_forest,
    "statsforecast-autoets": auto_ets,
    "prophet": prophet,
}


def read(path: Path) -> pd.Series:
    """Return a CSV as a series without NaN, by time; of one time's values the mean (Merlion wants times once)."""
    table = pd.read_csv(path)
    index = pd.to_datetime(table["timestamp"], utc=True).dt.tz_localize(None)
    return pd.Series(table["value"].to_numpy(dtype=float), pd.DatetimeIndex(index)).dropna().groupby(level=0).mean()


def lines(file: str, series: pd.Series, scores: Any) -> Iterator[str]:
    """Yield one finding a datapoint whose score is finite and above 0, as long as the period of the series."""
    starts = pd.DatetimeIndex(series.index)
    ends = starts + np.median(np.diff(starts.to_numpy()))
    kept = np.flatnonzero(np.isfinite(scores) & (scores > 0))
    texts = (starts[kept].strftime("%Y-%m-%dT%H:%M:%SZ"), ends[kept].strftime("%Y-%m-%dT%H:%M:%SZ"), scores[kept])
    for start, end, score in zip(*texts, strict=True):
        yield json.dumps({"file": file, "start": start, "end": end, "score": float(f"{score:.6g}")}) + "\n"


def cpu_seconds() -> float:
    """Return the processor time so far, that of finished children too: Prophet fits in one."""
    return sum(os.times()[:4])


def main(method: str, out: Path, files: list[Path]) -> None:
    """Write what a method finds in some files; a file appears whole or not at all."""
    score = METHODS[method]
    out.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(files, 1):
        file = f"{path.parent.name}/{path.name}"
        done = out / f"{path.parent.name}.{path.name}.jsonl"
        if done.exists():
            continue
        series = read(path)
        started = cpu_seconds()
        scores = score(series)
        seconds = cpu_seconds() - started
        part = done.with_suffix(".part")
        part.write_text("".join(lines(file, series, scores)))
        done.with_suffix(".seconds").write_text(f"{seconds:.6f}")
        part.replace(done)
        print(f"{method} {number}/{len(files)} {file} {seconds:.1f} CPU s", file=sys.stderr, flush=True)  # noqa: T201  a script talks to its caller


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.INFO)
    main(sys.argv[1], Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
