"""Announces how a run ended, success and failure alike, and keeps on the pages and in run.json what is to be seen."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sre_lib.errors import SreReviewError, UserMistakeError
from sre_lib.run.exit_codes import INCOMPLETE, exit_code_of
from sre_lib.run.notice.message import Notice, of_failure, of_success
from sre_lib.run.notice.sending import Patience
from sre_lib.run.notice.tell import tell_all
from sre_lib.run.publish import publish
from sre_lib.run.run_record import has_pages, note_failed, note_told
from sre_lib.run.weekly_run import Plan, Result

_LONGEST_WHY = 500


@dataclass(frozen=True)
class Announcer:
    """Announces runs; `warn` says what went wrong on the way, `silent` sends nothing (--no-notify)."""

    warn: Callable[[str], None]
    silent: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    patience: Patience = field(default_factory=lambda: Patience(time.sleep))

    @contextmanager
    def failures(self, plan: Plan) -> Iterator[None]:
        """Announce what ends a run inside, then let it go on its way; Ctrl-C is nobody else's news."""
        try:
            yield
        except Exception as error:
            self.failure(plan, error)
            raise

    def success(self, plan: Plan, result: Result) -> Result:
        """Announce a run that wrote its pages; return its result, incomplete where somebody could not be told."""
        if result.news is None:
            return result
        notice = of_success(plan.review, plan.week, result.news, result.problems)
        sent = self._send(plan, notice, kept=True)
        return result if sent else replace(result, exit_code=max(result.exit_code, INCOMPLETE))

    def failure(self, plan: Plan, error: Exception) -> None:
        """Announce a run that wrote no pages; those of an earlier run of the week say so from now on."""
        why = sentence_of(error)
        kept = False
        with self._warned():
            kept = has_pages(plan.desk)
            # A user's mistake is found before anything is fetched: the pages are as fresh as they were.
            if kept and not isinstance(error, UserMistakeError):
                note_failed(plan.desk, error, why, plan.now)
                publish(plan.desk, plan.out.root, self.warn)
        notice = of_failure(plan.review, plan.week, why, exit_code_of(error), kept=kept)
        self._send(plan, notice, kept=kept)

    def _send(self, plan: Plan, notice: Notice, *, kept: bool) -> bool:
        """Send a notice, keep in run.json who was told; tell whether all were."""
        if self.silent or not plan.review.notify:
            return True
        told = list(tell_all(plan.review, notice, self.environment, self.patience))
        failed = [each for each in told if each.why]
        for each in failed:
            self.warn(each.sentence)
        if kept:
            with self._warned():
                note_told(plan.desk, [each.row for each in told])
        return not failed

    @contextmanager
    def _warned(self) -> Iterator[None]:
        """Say what cannot be kept; how the run ended is what counts."""
        try:
            yield
        except SreReviewError as error:
            self.warn(str(error))


def sentence_of(error: Exception) -> str:
    """Return why a run failed: the sentence of our own errors, else kind and first line of what was not foreseen."""
    text = str(error)
    if not isinstance(error, SreReviewError):
        text = f"{type(error).__name__}: {text}"
    return (text.strip().splitlines() or [""])[0][:_LONGEST_WHY]
