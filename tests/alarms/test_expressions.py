import numpy as np
import pytest

from sre_lib.alarms.assumptions import DEFAULT, Assumptions
from sre_lib.alarms.expressions import calculated, ids_of
from sre_lib.alarms.points import NotReplayable

NAN = np.nan
SERIES = {"a": np.array([1.0, 2.0, NAN, 4.0]), "b": np.array([4.0, 0.0, 2.0, NAN])}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a/b*100", [25.0, NAN, NAN, NAN]),
        ("FILL(a, 0)", [1.0, 2.0, 0.0, 4.0]),
        ("FILL(a,0)/b*100", [25.0, NAN, 0.0, NAN]),
        ("100*(a/b)", [25.0, NAN, NAN, NAN]),
        (" FILL(a, -1) - FILL(b, 0.5)", [-3.0, 2.0, -3.0, 3.5]),
        ("-a + 2", [1.0, 0.0, NAN, -2.0]),
        ("FILL(a/b, 7)", [0.25, 7.0, 7.0, 7.0]),
    ],
)
def test_arithmetic_and_fill(expression, expected):
    ids = ids_of(expression)
    assert not isinstance(ids, NotReplayable)
    assert ids <= {"a", "b"}
    assert calculated(expression, SERIES, DEFAULT) == pytest.approx(expected, nan_ok=True)


def test_whether_fill_fills_a_metric_without_any_datapoint_is_an_assumption():
    empty = {"a": np.full(2, NAN)}
    assert calculated("FILL(a, 0)", empty, DEFAULT).tolist() == [0.0, 0.0]
    assert np.isnan(calculated("FILL(a, 0)", empty, Assumptions(fill_empty=False))).all()


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("RATE(a)", "uses RATE"),
        ("SEARCH('{AWS/EC2,InstanceId}', 'Average')", "uses SEARCH"),
        ("ANOMALY_DETECTION_BAND(a, 2)", "uses ANOMALY_DETECTION_BAND"),
        ("IF(a > 1, a, 0)", "uses IF"),
        ("SELECT AVG(CPUUtilization) FROM x", "uses AVG"),
        ("FILL(a, REPEAT)", "has a FILL with something else than a number"),
        ("FILL(a)", "has a FILL without exactly two arguments"),
        ("a ^ 2", "has 'a ^ 2'"),
        ("a ** 2", "has 'a ** 2'"),
        ("a > 2", "has 'a > 2'"),
        ("[a, b]", "has '[a, b]'"),
        ("a.b", "has 'a.b'"),
        ("__import__('os').system('x')", "uses a function"),
        ("a +", "cannot be read"),
        ("1if a else 2", "cannot be read"),
        ("\0", "cannot be read"),
        ("a\n\n/", "cannot be read"),
        ("(" * 900 + "a" + ")" * 900, "cannot be read"),
        ("+".join(["a"] * 400), "is nested too deeply"),
        ("-" * 1500 + "a", "is nested too deeply"),
        ("a" * 3000, "is longer than 2048 characters"),
        ("True + a", "has 'True'"),
    ],
)
def test_anything_else_says_what_it_is(expression, said):
    found = ids_of(expression)
    assert isinstance(found, NotReplayable)
    assert said in found.why
    assert "\n" not in found.why
