import numpy as np
import pytest

from sre_lib.alarm import STATES
from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.points import NotReplayable
from sre_lib.alarms.rule import Always, Is, Joined, Not, children, holds, parse_rule

CPU, DISK, NET = Is("ALARM", "cpu"), Is("ALARM", "disk"), Is("OK", "net")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ALARM(cpu) AND ALARM(disk)", Joined("AND", (CPU, DISK))),
        ("ALARM(cpu) AND NOT ALARM(disk)", Joined("AND", (CPU, Not(DISK)))),
        ("(ALARM(cpu) OR ALARM(disk)) AND OK(net)", Joined("AND", (Joined("OR", (CPU, DISK)), NET))),
        ('(ALARM("cpu") OR \nALARM("disk")) AND \nOK("net")', Joined("AND", (Joined("OR", (CPU, DISK)), NET))),
        ("ALARM(cpu) OR ALARM(disk) AND OK(net)", Joined("OR", (CPU, Joined("AND", (DISK, NET))))),
        ("NOT ALARM(cpu) OR TRUE", Joined("OR", (Not(CPU), Always(True)))),
        ("NOT (NOT FALSE)", Not(Not(Always(False)))),
        ("alarm(cpu) and false", Joined("AND", (CPU, Always(False)))),
        ("INSUFFICIENT_DATA( cpu )", Is("INSUFFICIENT_DATA", "cpu")),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu)", CPU),
        ('ALARM("a (b) \\"c\\" AND d")', Is("ALARM", 'a (b) "c" AND d')),
        ("ALARM(負荷が高い a/b)", Is("ALARM", "負荷が高い a/b")),
        ("OK(OK)", Is("OK", "OK")),
    ],
)
def test_rules_are_read(text, rule):
    assert parse_rule(text) == rule


def test_how_and_and_or_bind_is_an_assumption():
    rule = parse_rule("ALARM(cpu) OR ALARM(disk) AND OK(net)", Assumptions(not_before_and=False))
    assert rule == Joined("AND", (Joined("OR", (CPU, DISK)), NET))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "its rule cannot be read at its end"),
        ("ALARM(cpu) AND", "its rule cannot be read at its end"),
        ("ALARM(cpu) ALARM(disk)", "its rule cannot be read at 'ALARM(disk)'"),
        ("(ALARM(cpu)", "its rule lacks a closing parenthesis"),
        ("ALARM(cpu))", "its rule cannot be read at ')'"),
        ("AT_LEAST(2, ALARM, (a, b))", "its rule cannot be read at 'AT_LEAST(2, ALARM, (a, b))'"),
        ("ALARM()", "its rule cannot be read at 'ALARM()'"),
        ("(" * 400 + "TRUE" + ")" * 400, "its rule is nested too deeply"),
        ("NOT " * 400 + "TRUE", "its rule cannot be read at 'NOT'"),
        (" OR ".join(["TRUE"] * 501), "its rule has more than 500 elements"),
    ],
)
def test_what_cannot_be_read_says_where(text, why):
    found = parse_rule(text)
    assert isinstance(found, NotReplayable)
    assert found.why == why


def test_a_rule_is_true_as_its_parts_are():
    rule = parse_rule("ALARM(a) AND NOT (OK(b) OR INSUFFICIENT_DATA(b))")
    assert not isinstance(rule, NotReplayable)
    assert children(rule) == {"a", "b"}
    states = {"a": ["ALARM", "ALARM", "OK", "ALARM"], "b": ["OK", "ALARM", "ALARM", "INSUFFICIENT_DATA"]}
    codes = {name: np.array([STATES.index(each) for each in row], dtype=np.int8) for name, row in states.items()}
    assert holds(rule, codes.__getitem__, 4).tolist() == [False, True, False, False]
