"""Metric math of an alarm: arithmetic on metrics and numbers, and FILL with a number; the rest cannot be replayed.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. A slot has a result
where all that it is made of has a datapoint and no division is by zero.
"""

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from sre_lib.alarms.assumptions import Assumptions
from sre_lib.alarms.points import Floats, NotReplayable

LONGEST = 2048
"""Characters of an expression that CloudWatch takes."""
DEEPEST = 50
_FUNCTION = re.compile(r"\b([A-Z][A-Z_0-9]*)\s*\(")
_OPERATORS: Mapping[type[ast.operator], Callable[[Floats, Floats], Floats]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}


class _Wrong(NamedTuple):
    """What of an expression is not supported: a key of the wording, and the piece that it names."""

    reason: str
    what: str = ""


def ids_of(expression: str) -> frozenset[str] | NotReplayable:
    """Return the ids that an expression is made of; NotReplayable where it is more than the supported arithmetic."""
    tree = _parsed(expression)
    if isinstance(tree, NotReplayable):
        return tree
    wrong = _unsupported(tree, 0)
    if wrong:
        return NotReplayable(wrong.reason, {"expression": _shown(expression), "what": wrong.what})
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - {"FILL"}


def calculated(expression: str, series: Mapping[str, Floats], assumptions: Assumptions) -> Floats:
    """Return the result of an expression that `ids_of` takes, slot by slot; `series` has each of its ids.

    NaN: no datapoint. A division by zero gives none.
    """
    tree = _parsed(expression)
    if isinstance(tree, NotReplayable):
        raise ValueError(tree.why)  # noqa: TRY004  the caller asked `ids_of` before
    with np.errstate(all="ignore"):
        found = _value(tree, series, assumptions)
    size = len(next(iter(series.values())))
    return np.array(np.broadcast_to(found, size))


def _parsed(expression: str) -> ast.expr | NotReplayable:
    """Return the syntax tree of an expression, whose arithmetic is written as Python's."""
    if len(expression) > LONGEST:
        return NotReplayable("expression_long", {"expression": _shown(expression), "most": LONGEST})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        named = _FUNCTION.search(expression)
        if named and named[1] != "FILL":
            return NotReplayable("expression_uses", {"expression": _shown(expression), "what": named[1]})
        return NotReplayable("expression_unread", {"expression": _shown(expression)})


def _unsupported(node: ast.expr, depth: int) -> _Wrong | None:
    """Return what of an expression is not supported; None where all is."""
    if depth > DEEPEST:
        return _Wrong("expression_deep")
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _unsupported(node.left, depth + 1) or _unsupported(node.right, depth + 1)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _unsupported(node.operand, depth + 1)
    if isinstance(node, ast.Call):
        return _unsupported_call(node, depth)
    if isinstance(node, ast.Name) or _is_number(node):
        return None
    return _Wrong("expression_has", _shown(ast.unparse(node)))


def _unsupported_call(node: ast.Call, depth: int) -> _Wrong | None:
    """Return what is not supported of a function."""
    if not isinstance(node.func, ast.Name):
        return _Wrong("expression_calls")
    if node.func.id != "FILL":
        return _Wrong("expression_uses", node.func.id)
    if len(node.args) != 2 or node.keywords:
        return _Wrong("fill_arguments")
    if not _is_number(node.args[1].operand if isinstance(node.args[1], ast.UnaryOp) else node.args[1]):
        return _Wrong("fill_no_number")
    return _unsupported(node.args[0], depth + 1) or _unsupported(node.args[1], depth + 1)


def _is_number(node: ast.expr) -> bool:
    """Tell whether a node is a number."""
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def _value(node: ast.expr, series: Mapping[str, Floats], assumptions: Assumptions) -> Floats:
    """Return the value of a node, slot by slot."""
    if isinstance(node, ast.BinOp):
        left, right = (_value(each, series, assumptions) for each in (node.left, node.right))
        found = _OPERATORS[type(node.op)](left, right)
        return np.where(np.isfinite(found), found, np.nan)
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, series, assumptions)
    if isinstance(node, ast.Name):
        return series[node.id]
    if isinstance(node, ast.Call):
        filled, number = (_value(each, series, assumptions) for each in node.args)
        empty = not assumptions.fill_empty and bool(np.isnan(filled).all())
        return filled if empty else np.where(np.isnan(filled), number, filled)
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return np.asarray(float(node.value))
    raise TypeError(f"an expression without {type(node).__name__} was wanted")


def _shown(expression: str) -> str:
    """Return an expression as a message quotes it: short, on one line."""
    return repr(expression if len(expression) <= 60 else f"{expression[:60]}...")
