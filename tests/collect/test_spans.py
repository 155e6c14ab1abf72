from hypothesis import given
from hypothesis import strategies as st

from sre_lib.collect.spans import SETTLED_AFTER_S, TOO_OLD, Span, asked, settled, with_span
from sre_lib.collect.windows import HOUR_S, Window
from sre_lib.model import Status

NOW = 100 * HOUR_S


def span(start, end, at=NOW, status=Status.COMPLETE):
    return Span(start, end, at, status)


@st.composite
def spans(draw):
    start, end = sorted(draw(st.lists(st.integers(0, 30), min_size=2, max_size=2, unique=True)))
    status = draw(st.sampled_from(Status))
    gone = status is Status.NO_DATA and draw(st.booleans())
    return Span(start, end, draw(st.integers(1, 3)), status, TOO_OLD if gone else "")


@given(st.lists(spans(), max_size=8))
def test_each_second_keeps_its_newest_full_answer_else_its_newest(history):
    told: tuple[Span, ...] = ()
    for each in history:
        told = with_span(told, each)
    assert list(told) == sorted(told)
    for second in range(30):
        there = [each for each in history if each.start <= second < each.end]
        wanted = ([each for each in there if each.whole] or there)[-1:]
        found = [each for each in told if each.start <= second < each.end]
        assert [each[2:] for each in found] == [each[2:] for each in wanted]


def test_neighbours_that_differ_in_nothing_are_one():
    assert with_span(with_span((), span(0, 10)), span(10, 20)) == (span(0, 20),)


def test_only_what_is_48_hours_old_is_settled():
    late = NOW - SETTLED_AFTER_S
    told = [span(0, NOW), span(NOW, NOW + 10), span(0, 50, status=Status.PARTIAL), span(0, 9, status=Status.NO_DATA)]
    assert settled(told) == [Window(0, late), Window(0, 9)]


def test_partial_and_denied_answers_count_as_not_asked():
    told = [span(0, 10), span(20, 30, status=Status.PARTIAL), span(40, 50, status=Status.DENIED), span(60, 70, 5)]
    assert asked(told, Window(5, 65)) == [Window(5, 10), Window(60, 65)]


def test_what_is_too_old_is_no_answer_but_not_asked_again():
    gone = Span(0, 10, NOW, Status.NO_DATA, TOO_OLD)
    assert (gone.whole, gone.gone, gone.closed) == (False, True, True)
    assert (settled([gone]), asked([gone], Window(5, 20))) == ([Window(0, 10)], [Window(5, 10)])
    assert with_span((span(0, 5),), gone) == (span(0, 5), gone._replace(start=5))
    assert with_span((span(0, 10, status=Status.DENIED),), gone) == (gone,)
