"""What is missing is said once, whoever noticed it; and what a collection cost is true when it was refused."""

from types import SimpleNamespace

import pytest

from sre_lib.collect.frame import NOT_ASKED
from sre_lib.collect.gather import Collected, Problem
from sre_lib.collect.identities import MATCHES_NOTHING
from sre_lib.collect.spans import TOO_OLD
from sre_lib.collect.usage import Usage
from sre_lib.model import Column, Coverage, Status
from sre_lib.run.problems import cost_sentence, incomplete, of_collection, sentences
from sre_lib.wording import wording

NO = "AccessDenied: no"


def row(status, message="", metric="cpu"):
    return Coverage(Column("web", metric, "Average"), status, 1.0, 0.0, message)


def opened(*rows, failed=None, lacking=()):
    look = SimpleNamespace(service=SimpleNamespace(name="web"), analysis=SimpleNamespace(coverage=rows))
    return SimpleNamespace(looks=(look,), lacking=tuple(lacking), failed=failed or {}, say=wording("en"))


def said(*rows, problems=(), failed=None, notebooks=()):
    return sentences(opened(*rows, failed=failed), Collected(problems=tuple(problems)), notebooks)


COMPLETE = row(Status.COMPLETE)


@pytest.mark.parametrize(
    ("rows", "problem", "wanted"),
    [
        ((COMPLETE,), None, ()),
        ((row(Status.NO_DATA),), None, ()),
        ((row(Status.COMPLETE, TOO_OLD),), None, ()),
        ((row(Status.NO_DATA, TOO_OLD),), None, ()),
        ((row(Status.DENIED, NO),), None, (f"web: 1 series denied ({NO})",)),
        (
            (row(Status.PARTIAL), row(Status.PARTIAL, metric="memory")),
            None,
            ("web: 2 series not answered in full",),
        ),
        (
            (row(Status.NO_DATA, NOT_ASKED), COMPLETE),
            None,
            (f"web: 1 series never asked for ({NOT_ASKED})",),
        ),
        ((COMPLETE,), Problem("web", Status.COMPLETE, "Note: slow", 1), ()),
        (
            (row(Status.COMPLETE, NO),),
            Problem("web", Status.DENIED, NO, 3, before=True),
            (f"web: 3 series denied before the week ({NO})",),
        ),
        (
            (COMPLETE,),
            Problem("web", Status.PARTIAL, "", 1, before=True),
            ("web: 1 series not answered in full before the week",),
        ),
        ((row(Status.DENIED, NO),), Problem("web", Status.DENIED, NO, 1), (f"web: 1 series denied ({NO})",)),
        (
            (row(Status.PARTIAL, f"{TOO_OLD}; {NO}"),),
            Problem("web", Status.DENIED, NO, 1),
            (f"web: 1 series not answered in full ({TOO_OLD}; {NO})",),
        ),
        (
            (row(Status.NO_DATA, NOT_ASKED),),
            Problem("web", Status.NO_DATA, NOT_ASKED, 1),
            (f"web: 1 series never asked for ({NOT_ASKED})",),
        ),
        (
            (row(Status.DENIED, NO),),
            Problem("web", Status.PARTIAL, "Throttled", 1),
            (f"web: 1 series denied ({NO})", "web: 1 series not answered in full (Throttled)"),
        ),
        (
            (row(Status.DENIED, NO),),
            Problem("api", Status.DENIED, NO, 2),
            (f"web, api: 3 series denied ({NO})",),
        ),
        ((COMPLETE,), Problem("web", Status.PARTIAL, "archive: f is damaged", 0), ("web: archive: f is damaged",)),
    ],
)
def test_each_thing_is_said_once(rows, problem, wanted):
    assert said(*rows, problems=[problem] if problem else []) == wanted


def test_a_damaged_file_is_said_by_the_service_that_it_stops():
    failed = {"one": "archive: f is damaged (page 1)"}
    problem = Problem("one", Status.PARTIAL, "archive: f is damaged (schema)", 0)
    notebooks = [("one", "ArchiveError"), ("web", "KeyError: 1")]
    assert said(COMPLETE, problems=[problem], failed=failed, notebooks=notebooks) == (
        "one: could not be analysed: archive: f is damaged (page 1)",
        "web: its notebook failed: KeyError: 1",
    )


def test_the_page_names_a_service_that_was_never_asked_for():
    assert "of web could be read" in incomplete(opened(row(Status.NO_DATA, NOT_ASKED)), Collected())
    assert not incomplete(opened(row(Status.NO_DATA, TOO_OLD)), Collected())


def test_the_page_names_a_history_that_was_denied_like_standard_error_does():
    denied = [Problem(name, Status.DENIED, NO, 2, before=True) for name in ("web", "api", "db", "cache")]
    wanted = f"web, api and 2 others: 8 series denied before the week ({NO})"
    assert said(COMPLETE, problems=denied) == (wanted,)
    assert sentences(opened(COMPLETE, lacking=denied), Collected(problems=tuple(denied)), ()) == (wanted,)
    assert "of api, cache and 2 others could be read" in incomplete(opened(COMPLETE, lacking=denied), Collected())
    assert of_collection(denied) == (wanted,)


def test_the_page_says_what_only_the_collection_knows():
    expired = Collected(problems=(Problem("web", Status.PARTIAL, "expired; sign in", 2),))
    assert incomplete(opened(COMPLETE), expired) == (
        "Incomplete: not everything that was asked for of web could be read. "
        "web: 2 series not answered in full (expired; sign in)"
    )
    assert "expired" not in incomplete(opened(row(Status.PARTIAL, "expired; sign in")), expired)


def test_a_pattern_that_matches_nothing_is_said_where_no_page_is_made():
    nothing = f"InstanceId=i-* {MATCHES_NOTHING}"
    assert of_collection([Problem("web", Status.NO_DATA, nothing, 1)]) == (
        f"web: 1 series never asked for ({nothing})",
    )
    assert of_collection([Problem("web", Status.NO_DATA, "Note: slow", 1)]) == ()


def test_a_damaged_note_of_costs_is_of_no_service():
    note = Problem("", Status.PARTIAL, "archive: note is damaged", 0)
    assert incomplete(opened(COMPLETE), Collected(problems=(note,))) == "archive: note is damaged"
    assert said(COMPLETE, problems=[Problem("", Status.PARTIAL, "archive: note is damaged", 0)]) == (
        "archive: note is damaged",
    )


@pytest.mark.parametrize(
    ("collected", "sentence"),
    [
        (Collected(), "CloudWatch was asked for nothing: the archive had it all."),
        (Collected(problems=(Problem("web", Status.PARTIAL, "damaged", 0),)), "CloudWatch was asked for nothing."),
        (
            Collected((Usage(refused=3),)),
            "CloudWatch: 0 calls and 3 that failed, 0 datapoints, 0 to 0 billed metrics (about $0.0000 to $0.0000).",
        ),
        (
            Collected((Usage(calls=2, datapoints=1234, billed_low=100, billed_high=500),)),
            "CloudWatch: 2 calls, 1,234 datapoints, 100 to 500 billed metrics (about $0.0010 to $0.0050).",
        ),
    ],
)
def test_the_cost_says_what_was_asked(collected, sentence):
    assert cost_sentence(collected) == sentence
