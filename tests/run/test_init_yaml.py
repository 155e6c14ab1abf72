"""Proposals as YAML: whatever a name holds, it stays a value, and whatever a reason holds, it stays a comment."""

import re
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sre_lib import params
from sre_lib.collect.discover.found import Found, Related
from sre_lib.collect.discover.guess import Proposal
from sre_lib.params_yaml import parse_yaml
from sre_lib.run.init_yaml import can_stand, comment, line, service_lines


@given(st.text())
def test_no_text_leaves_its_comment(text):
    lines = comment(text, "    ")
    assert all(re.fullmatch(r"    # [^\x00-\x1f\x7f\x85\u2028\u2029]+", each) for each in lines)


@given(st.text(min_size=1, max_size=255), st.text(min_size=1, max_size=255))
def test_names_are_read_back_as_they_were(name, value):
    found = Found("lambda_function", name, {"FunctionName": (value,)})
    if not can_stand(found):
        return
    related = Related(replace(found, name=f"{name[:250]}-2"), name)
    text = "\n".join(
        ["title: x", "source: archive", "services:", *service_lines(Proposal(name, found, (related,), (value,)))]
    )
    (service,) = params.checked(parse_yaml(text.encode(), Path("x.yaml"))).services
    assert (service.name, service.parts[0].dimensions) == (name, {"FunctionName": value})
    assert service.parts[1].name == f"{name[:250]}-2"


@given(st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()))
def test_a_value_stays_on_its_line(value):
    text = line("key", value)
    assert YAML(typ="safe", pure=True).load(text) == {"key": value}


def test_limits_that_nothing_reads_are_comments():
    dimensions = {"ClusterName": ("c",), "ServiceName": ("web",)}
    service = Found("ecs_service", "web", dimensions, limits={"max_tasks": 9.0, "task_cpu_units": 512.0})
    insights = Found("ecs_container_insights", "tasks", service.dimensions)
    alone, together = (list(service_lines(Proposal("web", service, some))) for some in ((), (Related(insights, "r"),)))
    assert "    limits: {max_tasks: 9, task_cpu_units: 512}" in together
    assert "    limits: {max_tasks: 9}" in alone
    assert "    # task_cpu_units is 512: no metric of these kinds reads it as a limit" in alone


def test_more_resources_than_a_part_may_stand_for():
    nodes = tuple(f"c-{number:03}" for number in range(201))
    many = Found("elasticache_node", "c", {"CacheClusterId": nodes, "CacheNodeId": ("0001",)})
    assert not can_stand(many)
    assert can_stand(replace(many, dimensions={**many.dimensions, "CacheClusterId": nodes[:200]}))
