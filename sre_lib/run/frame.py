"""What the pages of a week say around their notebooks; kept in the weekly notebook, so that they can be made again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from nbformat import NotebookNode
from pydantic import TypeAdapter, ValidationError

from sre_lib.collect.gather import Collected
from sre_lib.document.alarms import PAGE as ALARMS_PAGE
from sre_lib.document.data_end import data_end, end_text, ends_early, latest
from sre_lib.document.events import PAGE as EVENTS_PAGE
from sre_lib.document.glossary import PAGE as GLOSSARY_PAGE
from sre_lib.document.learning.page import PAGE as LEARNING_PAGE
from sre_lib.document.minutes.week_files import meeting_day
from sre_lib.document.onboarding.page import PAGE as ONBOARDING_PAGE
from sre_lib.document.opening import Opened
from sre_lib.document.pages import PageInfo, PageLink
from sre_lib.document.upkeep import PAGE as UPKEEP_PAGE
from sre_lib.errors import UserMistakeError
from sre_lib.run.problems import incomplete
from sre_lib.store import file_name
from sre_lib.wording import wording

_KEY = "sre_review"


@dataclass(frozen=True)
class Frame:
    """Frame of a week's pages, as plain data; texts are in `language`.

    `title` is that of review and week, `banner` is said above everything, `made` at the foot, `meeting` is the day
    from which dates are counted, `services` are those with a page of their own, `simulated` what is said of
    invented data, `history` the address of the history page from the week's folder (empty: there is none yet),
    `alarms` that of the alarms (empty: the review leaves them out), `events` that of the events, `learning` that
    of the lessons, `upkeep` that of what expires, `onboarding` that for newcomers (each empty: there is none, or an
    older version made the week).
    `until` says up to when there is data, by service, the empty name for the week (none: an older version made it);
    `early` names those whose data end before the week; `stale` is said where a later run failed.
    """

    week: str
    title: str
    language: Literal["en", "ja"]
    banner: str
    made: str
    meeting: date
    services: tuple[str, ...]
    simulated: str = ""
    history: str = ""
    alarms: str = ""
    events: str = ""
    learning: str = ""
    upkeep: str = ""
    onboarding: str = ""
    until: Mapping[str, str] = field(default_factory=dict)
    early: tuple[str, ...] = ()
    stale: str = ""

    def page(self, service: str = "", *, about: str = "") -> PageInfo:
        """Return what the page of a service (none: of the week, or of what it is `about`) says around its notebook."""
        up, say = "../" if service else "", wording(self.language)
        weekly = PageLink(say("The week"), f"{up}index.html", not service and not about)
        services = [PageLink(each, f"{up}services/{file_name(each)}.html", each == service) for each in self.services]
        titled = about or service
        title = f"{titled} – {self.title}" if titled else self.title
        named = (
            (say("Alarms"), self.alarms),
            (say("Events"), self.events),
            (say("Upkeep"), self.upkeep),
            (say("Learning"), self.learning),
        )
        foot = ((say("New here"), self.onboarding), (say("Glossary"), GLOSSARY_PAGE))
        beside = [PageLink(name, f"{up}{page}", name == about) for name, page in named if page]
        history = [PageLink(say("Over the weeks"), f"{up}{self.history}")] if self.history else []
        return PageInfo(
            title,
            self.language,
            self.banner,
            (weekly, *beside, *history, *services),
            self.made,
            self.meeting,
            self.until.get(service, ""),
            service in self.early,
            self.stale,
            glossary=f"{up}{GLOSSARY_PAGE}",
            foot=tuple(PageLink(name, f"{up}{page}") for name, page in foot if page and name != about),
        )


_FRAME = TypeAdapter(Frame)


def frame_of(opened: Opened, collected: Collected, history: str = "") -> Frame:
    """Return the frame of the pages that a run makes; `history` is the address of the history page, if there is one."""
    say, review = opened.say, opened.review
    simulated = say("Simulated data: this shop does not exist.") if opened.simulated else ""
    ends = ends_of(opened)
    return Frame(
        week=opened.week.name,
        title=f"{review.title} {opened.week.name}",
        language="ja" if review.language == "ja" else "en",
        banner=" ".join(filter(None, (simulated, incomplete(opened, collected)))),
        made=say("Made {when} ({timezone})", when=say.full_time(opened.now, review.timezone), timezone=review.timezone),
        meeting=meeting_day(opened.week),
        services=tuple(each.name for each in review.services),
        simulated=simulated,
        history=history,
        alarms=ALARMS_PAGE if review.alarms else "",
        events=EVENTS_PAGE,
        learning=LEARNING_PAGE,
        onboarding=ONBOARDING_PAGE,
        upkeep=UPKEEP_PAGE if review.upkeep else "",
        until={name: end_text(end, opened.week, say) for name, end in ends.items()},
        early=tuple(name for name, end in ends.items() if ends_early(end, opened.week)),
    )


def ends_of(opened: Opened) -> dict[str, datetime | None]:
    """Return up to when there is data of each service that could be read; of the whole week under the empty name."""
    ends = {look.service.name: data_end(look.service_week) for look in opened.looks}
    return {"": latest(ends.values()), **ends}


def keep_frame(notebook: NotebookNode, frame: Frame) -> NotebookNode:
    """Put the frame into the weekly notebook's metadata. Returns the notebook."""
    lists = {"services": list(frame.services), "early": list(frame.early)}
    kept: Mapping[str, Any] = {**asdict(frame), "meeting": frame.meeting.isoformat(), **lists}
    notebook.metadata[_KEY] = kept
    return notebook


def kept_frame(notebook: NotebookNode, name: str) -> Frame:
    """Return the frame in a weekly notebook's metadata; UserMistakeError, with the file's `name`, where it is none."""
    try:
        return _FRAME.validate_python(notebook.metadata.get(_KEY))
    except ValidationError:
        raise UserMistakeError(
            f"{name}: does not say what its pages need (metadata `{_KEY}`); was it made by another version or program? "
            "Run `sre-review run` for this week once more: what was written is kept"
        ) from None
