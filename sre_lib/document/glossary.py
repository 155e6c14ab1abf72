"""The glossary page: the words of the meeting in English and Japanese, side by side in both editions."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sre_lib.document.display import Fragment, fragment
from sre_lib.wording import Wording, wording
from sre_lib.wording.glossary import TERMS, Term

PAGE = "glossary.html"


def glossary(say: Wording) -> Fragment:
    """Return every term with its meaning, in both languages."""
    rows = [(each.name, _in(each, "en"), _in(each, "ja")) for each in TERMS]
    plain = [f"{english.term} / {japanese.term}: {english.meaning}" for _, english, japanese in rows]
    return fragment("glossary", "\n".join(plain), say, rows=rows)


def glossary_notebook(say: Wording) -> NotebookNode:
    """Return the page as a notebook whose one cell is executed."""
    shown = glossary(say)
    data = {"text/html": shown.html, "text/plain": shown.text}
    output = new_output("display_data", data=data)  # type: ignore[no-untyped-call]  # nbformat ships no types
    cells = [new_markdown_cell(f"# {say('Glossary')}"), new_code_cell("", outputs=[output])]  # type: ignore[no-untyped-call]  # nbformat ships no types
    for number, cell in enumerate(cells):
        cell["id"] = f"glossary-{number}"
    notebook: NotebookNode = new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return notebook


def _in(term: Term, language: str) -> Term:
    """Return a term in a language."""
    say = wording(language)
    return Term(term.name, say(term.term), say(term.meaning))
