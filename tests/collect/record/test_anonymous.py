"""Every member of every call that is made, filled with a telling word: only what AWS itself words may keep it."""

from datetime import UTC, datetime

import botocore.session
import pytest

from sre_lib.collect.discover.permissions import LOOKS, TRIES
from sre_lib.collect.permissions import PERMISSIONS
from sre_lib.collect.record.anonymous import Anonymous

WORD = "Geheimsache-AG"
SERVICES = {"tag": "resourcegroupstaggingapi", "elasticloadbalancing": "elbv2"}
ACTIONS = sorted({"sts:GetCallerIdentity", *(each.action for each in (*PERMISSIONS, *LOOKS, *TRIES))})
DEEPEST = 9
OF_AWS = {
    "AttributeValue", "CacheClusterStatus", "CacheNodeType", "DBInstanceClass", "DBInstanceStatus", "Engine",
    "EventCategories", "EventName", "EventSource", "ExtendedStatistic", "InstanceType", "Region", "SourceType", "Stat",
    "Status", "StatusCode", "TreatMissingData", "launchType", "platformVersion", "rolloutState", "schedulingStrategy",
    "status", "type",
}  # fmt: skip
"""Members whose texts AWS words itself, whoever owns the account."""


def filled(shape, depth=0):
    """Return a value of a shape with the word in every text."""
    if shape.type_name == "structure":
        members = shape.members.items() if depth < DEEPEST else ()
        return {name: filled(member, depth + 1) for name, member in members}
    if shape.type_name == "list":
        return [filled(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {WORD: filled(shape.value, depth + 1)}
    plain = {"timestamp": datetime(2026, 10, 5, tzinfo=UTC), "boolean": True, "string": WORD, "blob": WORD.encode()}
    return plain.get(shape.type_name, 7)


def keeping(value, member=""):
    """Yield the members that still hold the word; a key of a map that does is one, too."""
    if isinstance(value, dict):
        for name, each in value.items():
            if "Geheim" in name:
                yield f"key of {member}"
            yield from keeping(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from keeping(each, member)
    elif isinstance(value, str) and "Geheim" in value:
        yield member


@pytest.mark.parametrize("action", ACTIONS)
def test_only_what_aws_words_itself_is_kept(action):
    service, _, operation = action.partition(":")
    model = botocore.session.Session().get_service_model(SERVICES.get(service, service)).operation_model(operation)
    anonymous = Anonymous()
    for shape in filter(None, (model.input_shape, model.output_shape)):
        assert set(keeping(anonymous.value(shape, filled(shape)))) <= OF_AWS
