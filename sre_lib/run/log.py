"""What a run says on standard error: sentences for people, or one JSON object a line for programs (--log json)."""

import logging
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson

from sre_lib.errors import SreReviewError
from sre_lib.run.cli_options import tell
from sre_lib.run.exit_codes import exit_code_of
from sre_lib.run.progress import Advance, Progress, shown_progress

LOGGER = "sre_review"
_FIELDS = "fields"


@dataclass(frozen=True)
class Voice:
    """How a run speaks: what is so, what is wrong, how far it is, how it ended, and what is around all of it."""

    tell: Callable[[str], None]
    warn: Callable[[str], None]
    progress: Progress
    ended: Callable[[str, dict[str, Any]], None]


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: time (UTC), level, logger, message, the record's fields, a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(row, default=str, option=orjson.OPT_UTC_Z).decode()


@contextmanager
def spoken(style: str, review: str) -> Iterator[Voice]:
    """Give the voice of a run in a style, text or json.

    In json nothing else reaches standard error: warnings of libraries are records too, and an error ends the process
    with its exit code after it was logged. In text errors are the caller's.
    """
    if style != "json":
        yield Voice(tell, tell, shown_progress, lambda _message, _fields: None)
        return
    with _json_on_stderr():
        log = logging.LoggerAdapter(logging.getLogger(LOGGER), {_FIELDS: {"review": review}})
        try:
            yield Voice(log.info, log.warning, _logged_progress(log), _ended(review))
        except SreReviewError as error:
            sys.exit(_failed(review, error, traceback=False))
        except Exception as error:  # noqa: BLE001  the last line of a log is how it ended, also by a fault of ours
            sys.exit(_failed(review, error, traceback=True))


def _failed(review: str, error: Exception, *, traceback: bool) -> int:
    """Log the error that ended a run; return its exit code."""
    fields = {"review": review, "event": "failed", "error": type(error).__name__, "exit_code": exit_code_of(error)}
    logging.getLogger(LOGGER).error(str(error), exc_info=error if traceback else None, extra={_FIELDS: fields})
    return exit_code_of(error)


def _ended(review: str) -> Callable[[str, dict[str, Any]], None]:
    """Return what logs how a run ended."""

    def ended(message: str, fields: dict[str, Any]) -> None:
        logging.getLogger(LOGGER).info(message, extra={_FIELDS: {"review": review, "event": "finished", **fields}})

    return ended


def _logged_progress(log: "logging.LoggerAdapter[logging.Logger]") -> Progress:
    """Return a progress that is a record where something begins and where it ends."""

    @contextmanager
    def progress(label: str, stages: Mapping[str, int] = MappingProxyType({})) -> Iterator[Advance]:
        del label, stages
        yield _Stages(log)

    return progress


class _Stages:
    """Logs each stage where it begins and where it ends."""

    def __init__(self, log: "logging.LoggerAdapter[logging.Logger]") -> None:
        self._log = log
        self._begun: set[str] = set()
        self._ended: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, stage: str, done: int, total: int, running: Collection[str] = ()) -> None:
        """Take note of how far a stage is."""
        del running
        with self._lock:
            if stage not in self._begun:
                self._begun.add(stage)
                self._log.info("%s: begins", stage)
            if done == total and stage not in self._ended:
                self._ended.add(stage)
                self._log.info("%s: done", stage)


@contextmanager
def _json_on_stderr() -> Iterator[None]:
    """Send every record to standard error as JSON for a while: ours from INFO, those of libraries from WARNING."""
    root, ours = logging.getLogger(), logging.getLogger(LOGGER)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    before = root.handlers, root.level, ours.level
    root.handlers, root.level = [handler], logging.WARNING
    ours.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers, root.level = before[:2]
        ours.setLevel(before[2])
