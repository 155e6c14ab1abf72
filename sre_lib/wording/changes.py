"""What changed, in words: the names of details with their values before and after, and how a deployment ended."""

from collections.abc import Mapping

from sre_lib.change import Change, ChangeSource
from sre_lib.wording import N_, Wording

LONGEST = 160

_NAMES: Mapping[str, str] = {
    "task_definition": N_("task definition"),
    "task_cpu": N_("task CPU units"),
    "task_memory": N_("task memory (MiB)"),
    "image": N_("image"),
    "desired": N_("desired tasks"),
    "minimum": N_("minimum"),
    "maximum": N_("maximum"),
}
_OUTCOMES: Mapping[str, str] = {
    "ROLLBACK_SUCCESSFUL": N_("rolled back"),
    "ROLLBACK_FAILED": N_("rollback failed"),
    "ROLLBACK_REQUESTED": N_("being rolled back"),
    "ROLLBACK_IN_PROGRESS": N_("being rolled back"),
    "STOPPED": N_("stopped"),
    "STOP_REQUESTED": N_("being stopped"),
    "PENDING": N_("not finished when it was looked at"),
    "IN_PROGRESS": N_("not finished when it was looked at"),
    "FAILED": N_("failed"),
    "Failed": N_("failed"),
    "Unfulfilled": N_("not fulfilled"),
    "Overridden": N_("overridden by a later one"),
}
_SOURCES: Mapping[ChangeSource, str] = {
    "deployments": N_("deployments"),
    "scaling": N_("scaling"),
    "database_events": N_("database events"),
    "cache_events": N_("cache events"),
    "cloudtrail": N_("calls in CloudTrail"),
}


def source_name(source: ChangeSource, say: Wording) -> str:
    """Return how people call a source of changes."""
    return say(_SOURCES[source])


def change_title(change: Change, say: Wording) -> str:
    """Return what happened, in a few words; AWS's own message of an event is not translated."""
    if change.kind == "deployment":
        return say("Deployment {name}", name=change.title)
    if change.kind == "api_call":
        # Lambda's actions carry the version of its API: UpdateFunctionCode20150331v2.
        return change.title.partition("2015")[0]
    if change.kind == "scaling" and {"minimum", "maximum"} & {name.split(" ")[0] for name in change.details}:
        return say("Limits of the scaling")
    return _short(change.title)


def change_details(change: Change, say: Wording) -> list[str]:
    """Return what changed, before and after, in the order of the source; not how it ended, nor who did it."""
    texts = []
    for key, (before, after) in change.details.items():
        name, _, of = key.partition(" ")
        if name in _NAMES:
            old, new = _images(before, after) if name == "image" else (before, after)
            label = f"{say(_NAMES[name])} {of}".strip()
            arrow = f"{old or '?'} → {new or say('none')}" if old or not new else new
            texts.append(f"{label} {arrow}")
    if not texts and change.kind == "deployment":
        texts.append(say("the same again: neither image nor size changed"))
    return texts


def outcome(change: Change, say: Wording) -> str:
    """Return how a change ended where it did not end well, with the reason; empty where it did."""
    status = change.details.get("outcome", ("", ""))[1]
    if not status:
        return ""
    ended = say(_OUTCOMES.get(status, "")) or status
    reason = change.details.get("reason", ("", ""))[1]
    return f"{ended}: {_short(reason)}" if reason else ended


def _images(before: str, after: str) -> tuple[str, str]:
    """Return two images without their registry, and without their name where it stays the same."""
    old, new = (each.rsplit("/", 1)[-1] for each in (before, after))
    if before.rpartition(":")[0] == after.rpartition(":")[0] and ":" in old and ":" in new:
        return old.partition(":")[2], new.partition(":")[2]
    return old, new


def _short(text: str) -> str:
    """Return a text of AWS's in one line that is not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
