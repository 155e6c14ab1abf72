"""What the cells of the learning notebook call: graphs to look at first, a drill, and the library of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from sre_lib.document.charts import span_shape
from sre_lib.document.display import Chart, Fragment, Plain, fragment, note
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.learning.drill import Question, questions
from sre_lib.document.learning.graphs import marked, unmarked
from sre_lib.document.learning.lesson import Lesson, easy_to_hard
from sre_lib.document.learning.own import decided_lessons, usual_lessons
from sre_lib.document.learning.shipped import shipped_lessons
from sre_lib.document.learning.upkeep import upkeep_lessons, upkeep_rows
from sre_lib.document.minutes.meeting import Carried
from sre_lib.document.opening import Opened, open_review
from sre_lib.wording import Wording
from sre_lib.wording.findings import question, view_name, why_here
from sre_lib.wording.metrics import metric_name, where

PAGE = "learn.html"
MOST_CASES, ENOUGH = 10, 6
"""Cases with their graphs; and so many decided ones of a company's own from which on the shipped ones are left out."""


def open_learning(review: str, week: str, *, language: str = "", now: str = "", out: str = "") -> "LearningReview":
    """Open what there is to learn up to a week; see `opening.open_review` for the parameters and what they raise."""
    return LearningReview(open_review(review, week, language=language, now=now, out=out))


@dataclass(frozen=True)
class LearningReview:
    """The learning page; each method is one section."""

    opened: Opened

    @cached_property
    def decided(self) -> tuple[list[Lesson], list[Carried]]:
        """The company's own cases, and the verdicts whose series is not there any more."""
        return decided_lessons(self.opened)

    @cached_property
    def shipped(self) -> list[Lesson]:
        """The package's lessons; none of those with something to see where the company has enough of its own."""
        found = shipped_lessons(self.opened.say)
        return [each for each in found if each.finding is None or len(self.decided[0]) < ENOUGH]

    @cached_property
    def lessons(self) -> list[Lesson]:
        """The cases that are shown, easy to hard: the newest own ones, filled up with shipped ones of other views."""
        own = self.decided[0][:MOST_CASES]
        seen = {each.finding.view for each in own if each.finding}
        others: dict[str, Lesson] = {}
        for each in self.shipped:
            if each.finding and each.finding.view not in seen:
                others.setdefault(each.finding.view, each)
        return easy_to_hard([*own, *others.values()][:MOST_CASES])

    def headline(self) -> Fragment:
        """Return how many cases there are, and where they come from."""
        say, own = self.opened.say, len(self.decided[0])
        line = say.plural(
            "{n} case that the meeting decided on", "{n} cases that the meetings decided on", own
        ) if own else say("No meeting has decided on a finding in an earlier week yet.")  # fmt: skip
        shipped = any(each.shipped for each in self.lessons)
        notes = [say("Cases marked “simulated” are those of a shop that does not exist.")] if shipped else []
        return fragment("headline", "\n".join([line, *notes]), say, line=line, facts=[], notes=notes)

    def cases(self) -> list[Fragment | Chart]:
        """Return each case: its graph without a hint, then what the expert saw."""
        shown: list[Fragment | Chart] = []
        for number, each in enumerate(self.lessons, 1):
            shown += [self._asked(each, number), unmarked(each), self._reveal(), marked(each), self._answer(each)]
        return shown

    def drill(self) -> list[Fragment | Chart]:
        """Return ten weeks to pick the day in; a page scores them."""
        say = self.opened.say
        every = [*self.decided[0], *usual_lessons(self.opened), *self.shipped]
        asked = questions(every, f"{self.opened.review.name} {self.opened.week.name}", self.lessons)
        again = sum(each.shown for each in asked)
        texts = {
            "score": say("{points} points after {done} of {all}", points="{points}", done="{done}", all=len(asked)),
            "right": say("Right: one point."),
            "ghost": say("Nothing was there: a false alarm costs a point."),
            "missed": say("There was something: no point."),
            "usual": say("A usual week: nothing to see."),
        }
        plain = say.plural("{n} week to look at", "{n} weeks to look at", len(asked))
        seen = say.plural("{n} of them was shown above.", "{n} of them were shown above.", again) if again else ""
        shown: list[Fragment | Chart] = [fragment("drill", plain, say, texts=texts, n=len(asked), seen=seen)]
        for each in asked:
            shown += [self._drilled(each), unmarked(each.lesson)]
        return shown

    def upkeep(self) -> Fragment | None:
        """Return why an expert looks at what expires; None where the review does not ask for it."""
        return upkeep_lessons(self.opened)

    def how_to_read(self) -> Fragment:
        """Return how the graphs of the page are read, folded."""
        return how_to_read(self.opened.say, ("lesson",))

    def library(self) -> Fragment:
        """Return all decided cases in one table, with those whose series is not there any more."""
        say, (lessons, lacking) = self.opened.say, self.decided
        care = upkeep_rows(self.opened)
        if not lessons and not lacking and not care:
            return note(say("It grows by itself: each finding that a meeting decided on, from the next week on."), say)
        rows = [
            (each.look.week.name, self._place(each), self._seen_by(each), each.sentence, _decided(each, say))
            for each in lessons
        ]
        rows += [
            (
                each.week,
                where(each.entry.service, each.entry.part),
                say("series not in the archive"),
                each.entry.sentence,
                "",
            )
            for each in lacking
        ]
        rows += care
        plain = "\n".join(" | ".join(row) for row in rows)
        return fragment("case_library", plain, say, rows=rows)

    def summary(self) -> Plain:
        """Return the page in plain text, for a check of the notebook."""
        lines = [self.headline().text, *(f"{each.look.week.name} {each.sentence}" for each in self.lessons)]
        return Plain("\n".join(lines))

    def _asked(self, lesson: Lesson, number: int) -> Fragment:
        """Return the question of a case; nothing in it says what is to be seen."""
        say, place = self.opened.say, self._place(lesson)
        return fragment("lesson", f"{number}. {place}", say, number=number, place=place, tags=self._tags(lesson))

    def _reveal(self) -> Fragment:
        """Return the place from which on a page folds what the expert saw."""
        say = self.opened.say
        label = say("Show what the expert saw")
        return fragment("lesson_reveal", "", say, label=label)

    def _answer(self, lesson: Lesson) -> Fragment:
        """Return what the expert saw, why one looks there, and what became of it."""
        say, finding, decision = self.opened.say, lesson.finding, lesson.decision
        if finding is None:
            return note(say("A usual week: nothing to see."), say)
        texts = {
            "seen_by": self._seen_by(lesson),
            "sentence": lesson.sentence,
            "why": why_here(finding, say),
            "question": question(finding, say),
        }
        plain = "\n".join(texts.values())
        return fragment("lesson_answer", plain, say, decision=decision, **texts)

    def _drilled(self, asked: Question) -> Fragment:
        """Return one case of the drill, with what a page needs to score it."""
        say, lesson, week = self.opened.say, asked.lesson, asked.lesson.look.week
        starts = dict(zip(lesson.days, _noons(lesson), strict=True))
        days = [{"day": day.isoformat(), "label": say.day(noon, week.timezone)} for day, noon in starts.items()]
        return fragment(
            "drill_case", f"{asked.number}. {self._place(lesson)}", say, number=asked.number,
            place=self._place(lesson), tags=self._tags(lesson), days=days,
            right=[day.isoformat() for day in lesson.right], sentence=lesson.sentence,
            shades=[span_shape(each, week.start, week.end, week.timezone) for each in lesson.seen],
        )  # fmt: skip

    def _place(self, lesson: Lesson) -> str:
        """Return which series of what a lesson shows."""
        column = lesson.column
        name = metric_name(column.metric, column.statistic, self.opened.say)
        return f"{where(lesson.look.service.name, column.part)} – {name}"

    def _tags(self, lesson: Lesson) -> list[str]:
        """Return when it was, and that it is invented where it is."""
        say, week = self.opened.say, lesson.look.week
        span = say.span(week.start, week.end, week.timezone)
        return [span, *([say("simulated")] if lesson.shipped or self.opened.simulated else [])]

    def _seen_by(self, lesson: Lesson) -> str:
        """Return what kind of thing it is, and who saw it."""
        say = self.opened.say
        if lesson.missed:
            return say("people saw it, the tool did not")
        return view_name(lesson.finding.view, say) if lesson.finding else ""


def _decided(lesson: Lesson, say: Wording) -> str:
    """Return what a meeting decided on a case and what became of it, in one line."""
    decision = lesson.decision
    parts = [decision.verdict, decision.note, decision.became] if decision else []
    return say.listing([each for each in parts if each])


def _noons(lesson: Lesson) -> Sequence[datetime]:
    """Return the noon of each day of a lesson's week: it is of that day on every clock near."""
    zone = ZoneInfo(lesson.look.week.timezone)
    return [datetime.combine(day, time(12), zone) for day in lesson.days]
