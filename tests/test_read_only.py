"""Nothing here writes to AWS: no method of a client that does more than read is named anywhere in the code.

But for the objects of the bucket that a review names for its archive and pages: one module puts and removes them.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from sre_lib.collect.permissions import PERMISSIONS

LIBRARY = Path(__file__).parent.parent / "sre_lib"
FILES = sorted(LIBRARY.rglob("*.py"))
READS = ("describe_", "get_", "list_", "lookup_", "search_", "batch_get_")
OURS = {
    "run/cli.py": frozenset({"invoke"}),
    "s3/objects.py": frozenset({"put_object", "delete_object", "head_object"}),
}
"""Names that a client's method has, too: that of a command (click), and the store's own objects."""
CALLS = ("call", "items", "entries", "other", "client", "resource")
"""What is given the name of a service."""


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def named(file: Path) -> Iterator[str]:
    """Yield all attributes and all texts of a file: a method may be called by its name as text."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def services() -> frozenset[str]:
    """Return the services whose clients may be made: every name of one that stands in the code as text."""
    known = botocore.session.Session().get_available_services()
    arguments = {
        str(node.args[0].value)
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS and node.args
        if isinstance(node.args[0], ast.Constant) and node.args[0].value in known
    }
    return frozenset(arguments | {each.action.partition(":")[0] for each in PERMISSIONS} | {"cloudwatch", "sts"})


@cache
def writes() -> frozenset[str]:
    """Return the methods of the services' clients that do more than read."""
    session = botocore.session.Session()
    operations = {name for service in services() for name in session.get_service_model(service).operation_names}
    return frozenset(name for name in map(xform_name, operations) if not name.startswith(READS))


def test_the_services_are_those_of_the_permissions_and_there_are_writes_to_look_for():
    assert {each.action.partition(":")[0] for each in PERMISSIONS} <= services()
    assert {"put_metric_alarm", "set_alarm_state", "update_service", "delete_db_instance", "assume_role"} <= writes()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(LIBRARY).as_posix())
def test_no_method_that_writes_is_named(file):
    ours = OURS.get(file.relative_to(LIBRARY).as_posix(), frozenset())
    assert writes().intersection(named(file)) - ours == frozenset()


def test_clients_are_made_in_two_places_and_never_called_past_their_methods():
    imports = {
        file.relative_to(LIBRARY).as_posix()
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Import) and any(each.name.split(".")[0] == "boto3" for each in node.names)
    }
    assert imports == {"collect/clients.py", "s3/client.py"}
    assert not [file for file in FILES if {"_make_api_call", "_make_request"} & set(named(file))]


def test_every_permission_is_one_to_read():
    operations = [xform_name(each.action.partition(":")[2]) for each in PERMISSIONS]
    assert [name for name in operations if not name.startswith(READS)] == []
