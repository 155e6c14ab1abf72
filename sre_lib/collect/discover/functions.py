"""Lambda functions, with their time-out and the concurrency that is reserved for them."""

from collections.abc import Iterator

from sre_lib.collect.discover.found import Found, Looking

_MS = 1000.0


def read(looking: Looking) -> Iterator[Found]:
    """Yield the functions."""
    functions = looking.entries("lambda", "list_functions", "Functions", ("NextMarker", "Marker"))
    reserved = _reserved(looking, [each["FunctionName"] for each in functions])
    for each in functions:
        name = each["FunctionName"]
        limits = {"timeout_ms": each["Timeout"] * _MS} if each.get("Timeout") else {}
        limits |= {"concurrency": reserved[name]} if reserved.get(name) else {}
        yield Found(
            "lambda_function", name, {"FunctionName": (name,)}, arns=(each.get("FunctionArn", ""),), limits=limits
        )


def _reserved(looking: Looking, names: list[str]) -> dict[str, float]:
    """Return the concurrency that is reserved for each function; one has none unless it is here."""
    found: dict[str, float] = {}
    with looking.attempt("the concurrency that is reserved for functions"):
        for name in names:
            answer = looking.asking.call("lambda", "get_function_concurrency", FunctionName=name)
            found[name] = float(answer.get("ReservedConcurrentExecutions") or 0)
    return found
