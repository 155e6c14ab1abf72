"""What differs between two revisions of an ECS task definition: images, size of the task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sre_lib.collect.changes.asking import Asking, NotAnsweredError

TASK_DEFINITION, CPU, MEMORY, IMAGE = "task_definition", "task_cpu", "task_memory", "image"
"""Names of the details of a deployment; those of images have the name of their container behind a space."""

_DIGEST_SHOWN = 12


@dataclass(frozen=True)
class Revision:
    """What tasks are made from: family and number, CPU units and MiB (empty: not set or not known), images."""

    name: str
    cpu: str = ""
    memory: str = ""
    images: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


def read_revision(asking: Asking, task_definition: str, containers: list[dict[str, Any]] | None = None) -> Revision:
    """Return a task definition by its ARN; with its name and the images of `containers` where AWS tells no more.

    `containers` are the `containerImages` of a service revision. NotAnsweredError where the call is denied.
    """
    name = task_definition.rsplit("/", 1)[-1]
    images = {each["containerName"]: each.get("image", "") for each in containers or ()}
    digests = {each["containerName"]: each.get("imageDigest", "") for each in containers or ()}
    if not task_definition:
        return Revision(name, images=images, digests=digests)
    try:
        found = asking.call("ecs", "describe_task_definition", taskDefinition=task_definition)["taskDefinition"]
    except NotAnsweredError as error:
        # One that was deleted since is no longer told of; everything else is worth a sentence.
        if error.status == "denied":
            raise
        return Revision(name, images=images, digests=digests)
    defined = {each["name"]: each.get("image", "") for each in found.get("containerDefinitions", ())}
    return Revision(name, found.get("cpu", ""), found.get("memory", ""), {**defined, **images}, digests)


def differences(before: Revision | None, after: Revision) -> dict[str, tuple[str, str]]:
    """Return what differs, before and after as text (empty: not known or not there)."""
    old = before or Revision("")
    pairs = {TASK_DEFINITION: (old.name, after.name), CPU: (old.cpu, after.cpu), MEMORY: (old.memory, after.memory)}
    for container in dict.fromkeys((*old.images, *after.images)):
        pairs[f"{IMAGE} {container}"] = _images(old, after, container)
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and (before or pair[1])}


def _images(old: Revision, new: Revision, container: str) -> tuple[str, str]:
    """Return the images of a container; where a moving tag hides a change, with the begin of their digests."""
    pair = old.images.get(container, ""), new.images.get(container, "")
    digests = old.digests.get(container, ""), new.digests.get(container, "")
    if pair[0] == pair[1] and all(digests) and digests[0] != digests[1]:
        short = [each.removeprefix("sha256:")[:_DIGEST_SHOWN] for each in digests]
        return f"{pair[0]}@{short[0]}", f"{pair[1]}@{short[1]}"
    return pair
