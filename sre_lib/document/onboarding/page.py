"""What the cells of the onboarding notebook call: the system as somebody new to it wants to know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sre_lib.document.display import Fragment, Plain, fragment, note
from sre_lib.document.how_to_read import how_to_read
from sre_lib.document.look import Look
from sre_lib.document.onboarding.flow import Flow, flow_of, flow_picture, flow_text
from sre_lib.document.onboarding.reasons import ServiceAlarms, alarms_by_service
from sre_lib.document.onboarding.usual import usual_weeks
from sre_lib.document.opening import Opened, open_review
from sre_lib.document.since import Row, row_of
from sre_lib.errors import ArchiveError
from sre_lib.model import Service
from sre_lib.store import file_name
from sre_lib.wording import Wording

PAGE = "onboarding.html"
MOST_STORY = 5
"""Verdicts of a service that are told, the newest first; the page over the weeks has all."""


def open_onboarding(review: str, week: str, *, language: str = "", now: str = "", out: str = "") -> "OnboardingReview":
    """Open what a newcomer wants to know; see `opening.open_review` for the parameters and what they raise."""
    return OnboardingReview(open_review(review, week, language=language, now=now, out=out))


@dataclass(frozen=True)
class OnboardingReview:
    """The onboarding page; each method is one section."""

    opened: Opened

    @cached_property
    def flow(self) -> Flow:
        """How requests flow, as the review file says."""
        return flow_of(self.opened.review.services, self.opened.review.catalog)

    @cached_property
    def known_alarms(self) -> Mapping[str, ServiceAlarms] | str:
        """The alarms by service; a sentence where they cannot be read or are left out."""
        if not self.opened.review.alarms:
            return self.opened.say("The review file leaves all alarms out.")
        try:
            return alarms_by_service(self.opened)
        except ArchiveError as error:
            return str(error)

    def headline(self) -> Fragment:
        """Return how much there is to know: services, alarms, verdicts."""
        opened, say = self.opened, self.opened.say
        parts = [say.plural("{n} service", "{n} services", len(opened.review.services))]
        if not isinstance(self.known_alarms, str):
            names = {each.name for known in self.known_alarms.values() for each in known.alarms}
            parts.append(say.plural("{n} alarm that tells people", "{n} alarms that tell people", len(names)))
        parts.append(say.plural("{n} verdict of a meeting", "{n} verdicts of meetings", len(opened.meeting.carried)))
        facts = [opened.review.title, opened.week.name, opened.review.timezone]
        facts += [say("simulated data")] if opened.simulated else []
        line = say.listing(parts)
        return fragment("headline", "\n".join([line, " · ".join(facts)]), say, line=line, facts=facts, notes=[])

    def requests(self) -> Fragment:
        """Return how requests flow; where the review file does not say it, what to write there."""
        say = self.opened.say
        if not self.flow.levels:
            return note(say("The review file does not say which service asks which: write it under “calls”."), say)
        apart = say("Not in the picture: {services}", services=say.listing(list(self.flow.apart)))
        notes = [apart] if self.flow.apart else []
        plain = "\n".join([flow_text(self.flow, say), *notes])
        return fragment("onboarding_flow", plain, say, picture=flow_picture(self.flow, say), notes=notes)

    def services(self) -> list[Fragment]:
        """Return a section a service, in the order of the flow; one that could not be looked at says why."""
        order = [each.name for level in self.flow.levels for each in level]
        services = {each.name: each for each in self.opened.review.services}
        return [self._service(services[name]) for name in dict.fromkeys([*order, *services])]

    def how_to_read(self) -> Fragment:
        """Return how the pictures are read, folded."""
        return how_to_read(self.opened.say, ("usual",))

    def summary(self) -> Plain:
        """Return the page in plain text without numbers, for a check of the notebook."""
        return Plain("\n".join([self.requests().text, *(each.name for each in self.opened.review.services)]))

    def _service(self, service: Service) -> Fragment:
        """Return the section of one service."""
        say = self.opened.say
        look = next((each for each in self.opened.looks if each.service.name == service.name), None)
        pictures = usual_weeks(look) if look else []
        trouble = self.opened.failed.get(service.name, "")
        if not (trouble or pictures):
            trouble = say("There is not enough history to say what is usual.")
        rows = self._facts(service)
        story = self._story(service, look)
        alarms, without = self._alarms(service)
        captions = [caption for caption, _ in pictures]
        told = [f"{each.name}: {each.watches}" for each in alarms.alarms]
        plain = [service.name, *(f"{name}: {text}" for name, text in rows), *captions, trouble, *told, without]
        plain += [f"{row.week} {row.verdict}: {row.seen} {row.now}" for row in story[:MOST_STORY]]
        return fragment(
            "onboarding_service", "\n".join(filter(None, plain)), say, name=service.name, runbook=service.runbook,
            page=f"services/{file_name(service.name)}.html", rows=rows, pictures=pictures, trouble=trouble,
            alarms=alarms.alarms, without=without, story=story[:MOST_STORY], more=len(story) - MOST_STORY,
        )  # fmt: skip

    def _facts(self, service: Service) -> list[tuple[str, str]]:
        """Return what a service is made of, whom to ask, who asks it and whom it asks, and its limits."""
        say = self.opened.say
        asked_by = [one for one, other in self.flow.arrows if other == service.name]
        asked_by += [say("Customers")] if service.name in self.flow.entries else []
        rows = [
            (say("Made of"), say.listing([f"{part.name} ({part.kind.replace('_', ' ')})" for part in service.parts])),
            (say("Owner"), service.owner),
            (say("Asked by"), say.listing(asked_by)),
            (say("Asks"), say.listing(list(service.calls))),
            (say("Limits"), say.listing(_limits(service, say))),
        ]
        return [row for row in rows if row[1]]

    def _alarms(self, service: Service) -> tuple[ServiceAlarms, str]:
        """Return the alarms of a service, and what is to be said beside them."""
        say = self.opened.say
        if isinstance(self.known_alarms, str):
            return ServiceAlarms(), self.known_alarms
        known = self.known_alarms.get(service.name, ServiceAlarms())
        if not known.alarms:
            return known, say("No CloudWatch alarm tells people of this service.")
        scaling = say.plural("{n} more only scales it.", "{n} more only scale it.", known.scaling)
        return known, scaling if known.scaling else ""

    def _story(self, service: Service, look: Look | None) -> list[Row]:
        """Return what earlier meetings decided on a service and what came of it, the newest first."""
        mine = [each for each in self.opened.meeting.carried if each.entry.service == service.name]
        return [row_of(each, look, self.opened) for each in sorted(mine, key=lambda each: each.week, reverse=True)]


def _limits(service: Service, say: Wording) -> list[str]:
    """Return the limits that the review file names, each once, with the part where it is not the service's own."""
    own = service.parts[0].limits
    lines = [f"{name} {say.compact(value)}" for name, value in own.items()]
    for part in service.parts[1:]:
        lines += [
            f"{part.name} {name} {say.compact(value)}" for name, value in part.limits.items() if own.get(name) != value
        ]
    return lines
