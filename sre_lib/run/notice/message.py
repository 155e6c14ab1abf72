"""What people are told of a run, whoever tells them: plain data, in the review's language, nothing escaped yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sre_lib.document.minutes.form import Action
from sre_lib.document.minutes.meeting import OpenAction
from sre_lib.document.opening import Opened
from sre_lib.document.upkeep import MOST, UpkeepReview
from sre_lib.document.weekly import WeeklyReview
from sre_lib.model import Week
from sre_lib.params import Review
from sre_lib.store import file_name
from sre_lib.wording import Wording, wording


@dataclass(frozen=True)
class Line:
    """A line of a notice; `label` stands before it and leads to `href` (empty: to nowhere)."""

    text: str
    label: str = ""
    href: str = ""

    @property
    def plain(self) -> str:
        """The line where nothing can be linked; the address is left to the notice's own."""
        return f"{self.label}: {self.text}" if self.label else self.text


@dataclass(frozen=True)
class Part:
    """Some lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Notice:
    """What is told of a run: `line` says it all, `href` is the weekly page (empty: nobody said where it is served)."""

    title: str
    line: str
    href: str = ""
    parts: tuple[Part, ...] = ()
    foot: str = ""
    failed: bool = False

    @property
    def plain(self) -> str:
        """The whole notice but its title, as plain text."""
        parts = ["\n".join([part.heading, *(f"- {line.plain}" for line in part.lines)]) for part in self.parts]
        return "\n\n".join(filter(None, ["\n".join(filter(None, [self.line, self.href])), *parts, self.foot]))


@dataclass(frozen=True)
class News:
    """What a finished run has to tell: the week in one line, findings to discuss by service, actions, data's end.

    `upkeep` is the most urgent of what is due, in sentences.
    """

    line: str
    findings: tuple[tuple[str, str], ...] = ()
    actions: tuple[str, ...] = ()
    until: str = ""
    simulated: bool = False
    upkeep: tuple[str, ...] = ()


def news_of(opened: Opened, until: str) -> News:
    """Return what a finished run has to tell; `until` says up to when there is data."""
    weekly = WeeklyReview(opened)
    actions = tuple(_action(each, opened.say) for each in opened.meeting.actions)
    care = tuple(each.said for each in UpkeepReview(opened).topics[:MOST]) if opened.review.upkeep else ()
    return News(weekly.line, tuple(weekly.discussed), actions, until, opened.simulated, care)


def of_success(review: Review, week: Week, news: News, problems: Sequence[str]) -> Notice:
    """Return what is told of a run that wrote its pages; `problems` (English) are what it could not get."""
    say = wording(review.language)
    findings = tuple(_finding(name, said, page_url(review, week, name)) for name, said in news.findings)
    parts = (
        Part(say("Incomplete"), tuple(map(Line, problems))),
        Part(say("To discuss"), findings),
        Part(say("Upkeep"), tuple(map(Line, news.upkeep))),
        Part(say("Open actions"), tuple(map(Line, news.actions))),
    )
    foot = [news.until, say("Simulated data: this shop does not exist.") if news.simulated else ""]
    return Notice(
        f"{review.title} {week.name}",
        news.line,
        page_url(review, week),
        tuple(each for each in parts if each.lines),
        " · ".join(filter(None, foot)),
    )


def of_failure(review: Review, week: Week, why: str, exit_code: int, *, kept: bool) -> Notice:
    """Return what is told of a run that wrote no pages; `kept` tells whether the week has pages of an earlier run."""
    say = wording(review.language)
    stale = say("The pages of this week are those of an earlier run; each says up to when its data reach.")
    none, code = say("There are no pages of this week."), say("exit code {code}", code=exit_code)
    return Notice(
        say("{title}: the run failed", title=f"{review.title} {week.name}"),
        why,
        page_url(review, week) if kept else "",
        foot=f"{stale if kept else none} · {code}",
        failed=True,
    )


def page_url(review: Review, week: Week, service: str = "") -> str:
    """Return where a page is served; empty where the review file does not say it."""
    if not review.pages_url:
        return ""
    page = f"services/{file_name(service)}.html" if service else "index.html"
    return f"{review.pages_url.rstrip('/')}/{quote(f'{file_name(review.name)}/{week.name}/{page}')}"


def _finding(service: str, said: str, href: str) -> Line:
    """Return a finding as a line whose label is the place that its sentence begins with, else its service."""
    place, colon, rest = said.partition(": ")
    return Line(rest, place, href) if colon and place.startswith(service) else Line(said, service, href)


def _action(each: OpenAction, say: Wording) -> str:
    """Return an open action with its owner, its date and the week that decided it."""
    action: Action = each.action
    due = say("due {day}", day=action.due.isoformat()) if action.due else ""
    return " · ".join(filter(None, [action.text, f"@{action.owner}" if action.owner else "", due, each.week]))
