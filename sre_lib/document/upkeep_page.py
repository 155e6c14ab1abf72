"""The upkeep page: what to talk about, what was decided, a calendar, everything by date, where the dates come from."""

from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sre_lib.analyse.upkeep.naming import short_id
from sre_lib.analyse.upkeep.support import builtin_table
from sre_lib.document.display import Fragment, fragment, note
from sre_lib.document.minutes.cells import made
from sre_lib.document.minutes.upkeep_lines import UPKEEP
from sre_lib.document.upkeep import UpkeepReview
from sre_lib.document.upkeep_calendar import calendar
from sre_lib.document.upkeep_texts import item_text, since_text, state_text, unclear_text, what


@dataclass(frozen=True)
class UpkeepRow:
    """One row of the page."""

    day: str
    what: str
    id: str
    state: str
    since: str


def upkeep_page(page: UpkeepReview) -> NotebookNode:
    """Return the page's notebook, already executed: nothing of it is computed in a cell."""
    say = page.opened.say
    sections = [("", _head(page))]
    if not page.trouble:
        sections += [
            (say("To talk about"), _to_discuss(page)),
            *([(say("Decided before"), _decided(page))] if page.decided else []),
            (say("Calendar"), calendar(page.due, page.today, say)),
            (say("Everything by date"), _table(page)),
            (say("Where the dates come from"), _sources(page)),
        ]
    cells = [new_markdown_cell(f"# {say('Upkeep')}")]  # type: ignore[no-untyped-call]  # nbformat ships no types
    for number, (name, section) in enumerate(sections):
        if name:
            heading = new_markdown_cell(f"## {name}")  # type: ignore[no-untyped-call]  # nbformat ships no types
            # What the meeting wrote is shown above the first section (`written.with_notes`).
            cells.append(made(heading, UPKEEP) if number == 1 else heading)
        cells.append(_cell(section))
    for number, cell in enumerate(cells):
        cell["id"] = f"upkeep-{number}"
    notebook: NotebookNode = new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return notebook


def _head(page: UpkeepReview) -> Fragment:
    """Return the line, what did not answer, and what the review file accepts in vain."""
    opened, say = page.opened, page.opened.say
    at = [] if page.trouble else [each.at for each in page.looks]
    facts = [opened.review.title, opened.week.name]
    facts += [say("asked {when}", when=say.full_time(max(at), opened.review.timezone))] if at else []
    notes = [*page.lacking, *(unclear_text(each, say) for each in page.unclear)]
    plain = "\n".join([page.line, *notes])
    return fragment("headline", plain, say, line=page.line, facts=facts, notes=notes, discuss=[])


def _to_discuss(page: UpkeepReview) -> Fragment:
    """Return each thing to talk about with its question and the next action."""
    say, topics = page.opened.say, page.topics
    if not topics:
        return note(say("Nothing is due soon."), say)
    return fragment("upkeep_discuss", "\n".join(each.plain for each in topics), say, topics=topics)


def _decided(page: UpkeepReview) -> Fragment:
    """Return what earlier meetings decided, with what became of it; texts stay as typed."""
    say = page.opened.say
    rows = [
        (each.verdict(say), each.decision.week, page.told(each), each.what(say), each.decision.text)
        for each in page.decided
    ]
    plain = "\n".join(f"{verdict} ({week}) {about}: {now}" for verdict, week, now, about, _ in rows)
    return fragment("upkeep_decided", plain, say, rows=rows)


def _table(page: UpkeepReview) -> Fragment:
    """Return everything by date, unknown dates last, then what is gone."""
    say = page.opened.say
    rows = [
        UpkeepRow(
            page.day(each.day) if each.day else say("not known"), what(each, say), short_id(each.item),
            state_text(each, say), since_text(each, say, page.day),
        )
        for each in page.due
    ]  # fmt: skip
    rows += [
        UpkeepRow("", item_text(each, say), short_id(each), say("not there any more"), say("there last week"))
        for each in page.gone
    ]
    plain = "\n".join(" ".join((row.day, row.what, row.state, row.since)) for row in rows)
    return fragment("upkeep_table", plain, say, rows=rows)


def _sources(page: UpkeepReview) -> Fragment:
    """Return how old the support table is, and the pages that it was made from."""
    say, table = page.opened.say, builtin_table()
    known = [each for each in page.due if each.item.kind == "engine"]
    pages = list(dict.fromkeys(each.source for each in known if each.source))
    age = (page.opened.now.date() - table.as_of).days
    text = say(
        "Ends of support are as known on {day}, {n} days ago; look them up again at: {pages}",
        day=table.as_of.isoformat(), n=age, pages=say.listing(pages) if pages else say("no page"),
    )  # fmt: skip
    return note(text, say)


def _cell(section: Fragment) -> NotebookNode:
    """Return a cell that shows a section without code."""
    data = {"text/html": section.html, "text/plain": section.text}
    output = new_output("display_data", data=data)  # type: ignore[no-untyped-call]  # nbformat ships no types
    hidden = {"tags": ["remove-input"], "jupyter": {"source_hidden": True}}
    cell: NotebookNode = new_code_cell(outputs=[output], metadata=hidden)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return cell
