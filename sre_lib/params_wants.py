"""What a field of a review file wants instead of what it got, in words."""

from pydantic_core import ErrorDetails

from sre_lib.params_yaml import Place, nearest

_WANTED_REGION = "wants the name of an AWS region, such as ap-northeast-1"
_WANTED_STATISTIC = "wants Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p99"
_WANTS = {
    "string_type": "wants text; put it in quotes",
    "int_type": "wants a whole number",
    "int_from_float": "wants a whole number",
    "float_type": "wants a number",
    "bool_type": "wants true or false",
    "mapping_type": "wants keys and values",
    "model_type": "wants keys and values",
    "model_attributes_type": "wants keys and values",
    "dict_type": "wants keys and values",
    "finite_number": "wants a finite number",
    "tuple_type": "wants a list",
    "too_short": "wants at least one entry",
    "string_too_short": "wants some text",
    "union_tag_invalid": "wants a type: cloudwatch, archive or demo",
    "union_tag_not_found": "wants a type: cloudwatch, archive or demo",
}


def wanted(error: ErrorDetails, place: Place, value: object) -> str:
    """Return what a field wants instead of the value that it got; `error` is one of pydantic's, at `place`."""
    kind, context = error["type"], error.get("ctx", {})
    if place and place[-1] == "account":
        quotes = "" if isinstance(value, str) else " in quotes (YAML reads them as a number otherwise)"
        return f"wants the 12 digits of the account{quotes}"
    if kind == "string_pattern_mismatch":
        return _WANTED_REGION if place and place[-1] == "region" else _WANTED_STATISTIC
    if kind == "string_too_long":
        return f"wants at most {context['max_length']} characters"
    if kind == "literal_error":
        allowed = tuple(part.strip("' ") for part in context["expected"].replace(" or ", ", ").split(","))
        return nearest(value, allowed)
    if kind == "value_error":
        return str(context["error"])
    return _WANTS.get(kind) or "wants " + error["msg"].removeprefix("Input should be ")
