"""Target groups of Application Load Balancers, with the idle time-out of the load balancer before them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sre_lib.collect.discover.found import Found, Looking, last_part

_TOKEN = ("NextMarker", "Marker")
_TIMEOUT = "idle_timeout.timeout_seconds"
_APPLICATION = "app/"


def read(looking: Looking) -> Iterator[Found]:
    """Yield the target groups that a load balancer sends requests to."""
    balancers = looking.entries("elbv2", "describe_load_balancers", "LoadBalancers", _TOKEN)
    for each in balancers:
        if each.get("Type") != "application":
            looking.left_out.append(
                f"{each.get('Type')} load balancer {each['LoadBalancerName']}: there is no kind for it"
            )
    groups = looking.entries("elbv2", "describe_target_groups", "TargetGroups", _TOKEN)
    used = {arn for each in groups for arn in each.get("LoadBalancerArns") or ()}
    timeouts = _timeouts(looking, sorted(arn for arn in used if _balancer(arn)))
    for each in groups:
        for arn in each.get("LoadBalancerArns") or ():
            if _balancer(arn):
                yield _found(each, arn, timeouts.get(arn))


def _balancer(arn: str) -> str:
    """Return the dimension of an Application Load Balancer: the last part of its ARN; empty for other ones."""
    last = last_part(arn, ":loadbalancer/")
    return last if last.startswith(_APPLICATION) else ""


def _found(group: Mapping[str, Any], balancer: str, timeout: float | None) -> Found:
    """Return a target group behind one load balancer."""
    arn = group["TargetGroupArn"]
    last = f"targetgroup/{last_part(arn, ':targetgroup/')}"
    return Found(
        "alb_target_group",
        group.get("TargetGroupName", last.split("/")[1]),
        {"LoadBalancer": (_balancer(balancer),), "TargetGroup": (last,)},
        arns=(arn, balancer),
        limits={} if timeout is None else {"timeout_s": timeout},
    )


def _timeouts(looking: Looking, arns: list[str]) -> dict[str, float]:
    """Return the idle time-out in seconds of each load balancer."""
    found: dict[str, float] = {}
    with looking.attempt("after how many seconds a load balancer gives up"):
        for arn in arns:
            answer = looking.asking.call("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)
            for each in answer.get("Attributes") or ():
                if each.get("Key") == _TIMEOUT:
                    found[arn] = float(each["Value"])
    return found
