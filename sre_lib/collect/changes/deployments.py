"""Deployments of ECS services: when, how they ended, and what changed from the revision before.

ListServiceDeployments tells the last 90 days; where it may not be asked, DescribeServices still names the deployment
that is current (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sre_lib.change import Change
from sre_lib.collect.changes.asking import Asking, Came, NotAnsweredError, Stretch, Wanted
from sre_lib.collect.changes.resources import Resource
from sre_lib.collect.changes.task_definition import Revision, differences, read_revision
from sre_lib.collect.identities import ANY

DESIRED, OUTCOME, REASON = "desired", "outcome", "reason"
DEPLOYMENTS_A_CALL = REVISIONS_A_CALL = 20
"""AWS API reference, DescribeServiceDeployments and DescribeServiceRevisions."""
_WELL = "SUCCESSFUL"
_TOKEN = ("nextToken", "nextToken")


def read(asking: Asking, wanted: Wanted) -> Iterator[Came]:
    """Yield what came of each ECS service; what is refused for one is told of it alone."""
    for resource, stretch in wanted.items():
        service = _Services(asking, stretch)
        try:
            changes = [each for name in service.names(resource) for each in service.changes(*name.split("/", 1))]
        except NotAnsweredError as error:
            yield Came(resource, status=error.status, message=error.message)
        else:
            unknown = "; ".join(dict.fromkeys(service.notes))
            yield Came(resource, tuple(changes), "partial" if unknown else "complete", unknown)


@dataclass
class _Services:
    """The deployments of some services in a stretch of time; `notes` says what is missing of them."""

    asking: Asking
    stretch: Stretch
    notes: list[str] = field(default_factory=list)

    @cached_property
    def _revisions(self) -> dict[str, Revision]:
        """Revisions read so far, by ARN: one is the target of a deployment and the source of the next."""
        return {}

    def names(self, resource: Resource) -> Iterator[str]:
        """Yield `cluster/service` for all that a resource stands for, patterns of services looked up."""
        for name in resource.names:
            cluster, service = name.split("/", 1)
            if ANY in cluster:
                self.notes.append(f"the deployments of {name} cannot be asked for; name the cluster without `*`")
            elif ANY in service:
                found = self.asking.items("ecs", "list_services", "serviceArns", _TOKEN, cluster=cluster)
                known = (f"{cluster}/{arn.rsplit('/', 1)[-1]}" for arn in found)
                yield from (each for each in known if resource.has(each))
            else:
                yield name

    def changes(self, cluster: str, name: str) -> Iterator[Change]:
        """Yield the deployments of one service."""
        arguments = {"cluster": cluster, "services": [name]}
        described = self.asking.call("ecs", "describe_services", **arguments).get("services", ())
        if not described:
            self.notes.append(f"ECS knows no service {cluster}/{name} here")
            return
        service = described[0]
        controller = service.get("deploymentController", {}).get("type", "ECS")
        if controller != "ECS":
            self.notes.append(f"of {cluster}/{name}, which {controller} deploys, only what runs now is known")
            yield from self._current(name, service.get("taskSets", ()))
            return
        try:
            listed = list(self._listed(cluster, name))
        except NotAnsweredError as error:
            self.notes.append(f"only the current deployment of {cluster}/{name} is known: {error.message}")
            yield from self._current(name, service.get("deployments", ()))
        else:
            for each in listed:
                yield self._change(name, each)

    def _listed(self, cluster: str, name: str) -> Iterator[dict[str, Any]]:
        """Yield the descriptions of all deployments of the stretch."""
        created = {"after": self.stretch.start, "before": self.stretch.end}
        briefs = self.asking.items(
            "ecs", "list_service_deployments", "serviceDeployments", _TOKEN,
            cluster=cluster, service=name, createdAt=created,
        )  # fmt: skip
        arns = list(dict.fromkeys(each["serviceDeploymentArn"] for each in briefs))
        for some in _groups(arns, DEPLOYMENTS_A_CALL):
            answer = self.asking.call("ecs", "describe_service_deployments", serviceDeploymentArns=some)
            found = answer.get("serviceDeployments", [])
            self._read_revisions([arn for each in found for arn in _revision_arns(each) if arn])
            yield from found

    def _read_revisions(self, arns: Sequence[str]) -> None:
        """Read the revisions that are not known yet."""
        unknown = [arn for arn in dict.fromkeys(arns) if arn not in self._revisions]
        for some in _groups(unknown, REVISIONS_A_CALL):
            answer = self.asking.call("ecs", "describe_service_revisions", serviceRevisionArns=some)
            for each in answer.get("serviceRevisions", ()):
                revision = read_revision(self.asking, each.get("taskDefinition", ""), each.get("containerImages"))
                self._revisions[each["serviceRevisionArn"]] = revision

    def _change(self, name: str, deployment: Mapping[str, Any]) -> Change:
        """Return a deployment as a change."""
        source, target = _revision_arns(deployment)
        after = self._revisions.get(target, Revision(""))
        details = differences(self._revisions.get(source), after)
        counts = [_desired(each) for each in (_source(deployment), deployment.get("targetServiceRevision", {}))]
        if all(counts) and counts[0] != counts[1]:
            details[DESIRED] = (counts[0], counts[1])
        if deployment["status"] != _WELL:
            details[OUTCOME] = ("", deployment["status"])
            details |= {REASON: ("", deployment["statusReason"])} if deployment.get("statusReason") else {}
        start = deployment.get("startedAt") or deployment["createdAt"]
        ends = (deployment.get(key) for key in ("finishedAt", "stoppedAt", "updatedAt"))
        end = max(next((each for each in ends if each), start), start)
        return Change(deployment["serviceDeploymentArn"], start, end, "deployment", "", _title(name, after), details)

    def _current(self, name: str, deployments: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
        """Yield what DescribeServices itself knows: the newest deployment, and what ran before while it still runs."""
        ordered = sorted(deployments, key=lambda each: each["createdAt"])
        before = read_revision(self.asking, ordered[-2]["taskDefinition"]) if ordered[1:] else None
        for newest in ordered[-1:]:
            if not self.stretch.start <= newest["createdAt"] < self.stretch.end:
                continue
            after = read_revision(self.asking, newest["taskDefinition"])
            details = differences(before, after)
            if newest.get("rolloutState") == "FAILED":
                details |= {OUTCOME: ("", "FAILED"), REASON: ("", newest.get("rolloutStateReason", ""))}
            start: datetime = newest["createdAt"]
            end = max(newest.get("updatedAt") or start, start)
            yield Change(newest["id"], start, end, "deployment", "", _title(name, after), details)


def _source(deployment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the revision that ran most tasks before a deployment; empty where there was none."""
    running = deployment.get("sourceServiceRevisions") or [{}]
    found: Mapping[str, Any] = max(running, key=lambda each: each.get("requestedTaskCount", 0))
    return found


def _revision_arns(deployment: Mapping[str, Any]) -> tuple[str, str]:
    """Return the revisions before and after a deployment."""
    return _source(deployment).get("arn", ""), deployment.get("targetServiceRevision", {}).get("arn", "")


def _desired(revision: Mapping[str, Any]) -> str:
    """Return how many tasks were asked for; empty where it is not known."""
    return str(revision["requestedTaskCount"]) if revision.get("requestedTaskCount") else ""


def _title(name: str, revision: Revision) -> str:
    """Return what a chart calls a deployment: the service, and the tag of its own or only image, else the revision."""
    images = revision.images
    image = images.get(name) or (next(iter(images.values())) if len(images) == 1 else "")
    tag = image.rsplit("/", 1)[-1].partition(":")[2].partition("@")[0]
    return f"{name} {tag}" if tag else revision.name or name


def _groups(items: Sequence[str], size: int) -> list[list[str]]:
    """Return items in lists of at most so many."""
    return [list(items[first : first + size]) for first in range(0, len(items), size)]
