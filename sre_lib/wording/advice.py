"""What an expert asks, does next and why, by view and metric: data, no code.

Sources: AWS recommended alarms; the "Service utilization" page of the ECS documentation; the Amazon Aurora and
ElastiCache best practices; Google, "Site Reliability Engineering", chapter 6 (saturation, latency, traffic, errors).
"""

from collections.abc import Mapping
from typing import NamedTuple

from sre_lib.wording import N_


class Advice(NamedTuple):
    """Texts for the catalogue: the question to ask, the usual next action, and why experts look there."""

    question: str
    action: str
    why: str


_HIGH = ("spike", "sustained_high")
_LOW = ("dip", "sustained_low")

_TABLE: tuple[tuple[tuple[str, ...], str, Advice], ...] = (
    (
        ("spike",),
        "cpu",
        Advice(
            N_("What ran then: a push, a batch, a retry storm, or one hot task? Did latency and 5xx move with it?"),
            N_("Lay CPU beside requests on the service page; without more traffic, look at jobs and the access log."),
            N_("A spike of CPU that traffic does not explain is work that nobody planned for."),
        ),
    ),
    (
        ("sustained_high",),
        "cpu",
        Advice(
            N_("Is this a lasting need or one long burst, and did each request get dearer?"),
            N_("Compare CPU per request with last week; then optimise, or raise the number of tasks."),
            N_("Hours above the usual eat the headroom that the next push needs."),
        ),
    ),
    (
        _LOW,
        "cpu",
        Advice(
            N_("Why is it so quiet: did the work end early, go elsewhere, or never arrive?"),
            N_("Check requests, queue and load balancer of those hours, and whether a job failed to start."),
            N_("Unusual quiet is as telling as noise: something upstream may be broken."),
        ),
    ),
    (
        ("level_shift",),
        "cpu",
        Advice(
            N_("Which change caused the step, was it intended, and is this the new normal?"),
            N_("Compare before and after the change; roll it back, or accept the new level and resize."),
            N_("A step that stays usually begins with a release or a setting, and nobody notices it after a week."),
        ),
    ),
    (
        ("growth",),
        "cpu",
        Advice(
            N_("Does traffic grow as well, or does each request get dearer?"),
            N_("Follow CPU per request over the weeks; profile what grows, and plan capacity before the limit."),
            N_("Slow growth crosses no threshold until the day on which it hurts."),
        ),
    ),
    (
        ("saturation",),
        "cpu",
        Advice(
            N_("Is the unit too small rather than too few, and what did latency do meanwhile?"),
            N_("Look at latency in the same minutes; raise the CPU size first, then review autoscaling."),
            N_("At the limit the graph is flat: the real demand is higher than what can be seen."),
        ),
    ),
    (
        _HIGH,
        "memory",
        Advice(
            N_("Which request or job needed that much memory, and was it one task or all?"),
            N_("Compare average and maximum, then search the log of that minute for large requests."),
            N_("Memory at the limit ends in a kill (exit code 137), not in slowness."),
        ),
    ),
    (
        ("level_shift",),
        "memory",
        Advice(
            N_("Did a cache fill, does the allocator keep its pages, or did a release need more?"),
            N_("Compare the floor before and after; call it a leak only when the floor rises again."),
            N_("Memory that steps up at a peak often never comes back."),
        ),
    ),
    (
        ("growth",),
        "memory",
        Advice(
            N_("Is it a leak or a cache that fills, and do restarts hide it (exit code 137, deployments)?"),
            N_("Take a heap profile now and one a day later; until it is fixed, plan a restart before the limit."),
            N_("A leak looks harmless every single day; only the slope shows when it will hurt."),
        ),
    ),
    (
        ("saturation",),
        "memory",
        Advice(
            N_("Were tasks killed for lack of memory, and is the limit of the task right?"),
            N_("Check the stopped reason (OutOfMemory, exit code 137), then raise the memory or cut the use."),
            N_("At the limit the next allocation kills the task."),
        ),
    ),
    (
        (*_LOW, "level_shift", "growth", "saturation"),
        "freeable_memory",
        Advice(
            N_("Is the buffer pool filling after a restart, or is it real pressure? What does SwapUsage say?"),
            N_("Check SwapUsage, connections and large queries; with pressure, a larger class or fewer connections."),
            N_("A database that runs out of memory swaps first and restarts next."),
        ),
    ),
    (
        _HIGH,
        "freeable_memory",
        Advice(
            N_("Did the instance restart, or did its buffer pool shrink?"),
            N_("Look for a restart, a failover or a change of class; then watch read latency while the pool fills."),
            N_("A database that suddenly has memory to spare has lost its cache."),
        ),
    ),
    (
        (*_HIGH, "level_shift", "growth", "saturation"),
        "connections",
        Advice(
            N_("Did tasks times pool size grow, and would the next scale-out reach max_connections?"),
            N_("Compare with the number of tasks; cut the pool, or put a proxy between."),
            N_("Connections run out at a scale-out, exactly when they are needed."),
        ),
    ),
    (
        (*_HIGH, "level_shift", "growth", "saturation"),
        "engine_cpu",
        Advice(
            N_("Is the single thread busy with a hot key, a large value or a command like KEYS?"),
            N_("Read the slow log and the largest keys; then shard or add a replica."),
            N_("The engine runs on one thread: it can be full while the node looks idle."),
        ),
    ),
    (
        (*_HIGH, "level_shift", "growth"),
        "evictions",
        Advice(
            N_("Is a time to live missing, or is the cache too small? Did the database's load rise with it?"),
            N_("Review the times to live, then the size of the node."),
            N_("What a cache evicts, the database has to answer."),
        ),
    ),
    (
        (*_HIGH, "level_shift", "growth", "saturation"),
        "latency",
        Advice(
            N_("Which was slow first: CPU, the database or another service, and did customers notice?"),
            N_("Put latency, CPU and database side by side on the service page and find what moved first."),
            N_("Latency is what customers feel; CPU and memory only explain it."),
        ),
    ),
    (
        (*_HIGH, "level_shift", "growth"),
        "errors_5xx",
        Advice(
            N_("Which requests failed, and did a deployment, a kill or a full database come first?"),
            N_("Group the errors of that span by path and target; compare with deployments and restarts."),
            N_("Every one of them is a customer who got nothing."),
        ),
    ),
    (
        ("spike", "sustained_high", "level_shift", "growth"),
        "requests",
        Advice(
            N_("Where did the requests come from: a push, a crawler, retries? Was the old capacity enough?"),
            N_("Compare with the push calendar and the access log; for a planned one, raise the capacity before."),
            N_("Traffic is the cause of most of what CPU shows."),
        ),
    ),
    (
        _LOW,
        "requests",
        Advice(
            N_("Did users stay away, or did something before the load balancer stop them?"),
            N_("Check DNS, certificate, CDN and the last release of those hours."),
            N_("Missing requests raise no error: nobody is told of them."),
        ),
    ),
    (
        (*_LOW, "level_shift", "growth", "saturation"),
        "healthy_hosts",
        Advice(
            N_("Did tasks crash, or did the health check fail under load?"),
            N_("Read the stopped reasons and the health check's time-out."),
            N_("Fewer healthy hosts carry the same traffic."),
        ),
    ),
    (
        (*_HIGH, "level_shift", "growth", "saturation"),
        "duration",
        Advice(
            N_("Did one input take so long, or all of them? How far is the time-out?"),
            N_("Compare median and p99; check what it waits for, and the memory size (it sets the CPU too)."),
            N_("A Lambda function that reaches its time-out loses its work."),
        ),
    ),
    (
        (*_HIGH, "level_shift", "growth", "saturation"),
        "concurrency",
        Advice(
            N_("Did more invocations come, or did each take longer? How far is the account's limit?"),
            N_("Compare invocations with duration; reserve concurrency for what must not be throttled."),
            N_("The limit is shared by the account: one function can starve the others."),
        ),
    ),
    (
        _HIGH,
        "",
        Advice(
            N_("What was different then, and did customers notice?"),
            N_("Look at the service page for what moved in the same minutes."),
            N_("What leaves its usual range has a cause, and it is cheapest to find in the same week."),
        ),
    ),
    (
        _LOW,
        "",
        Advice(
            N_("Why is it lower than usual, and is something upstream missing?"),
            N_("Look at the service page for what fell in the same minutes."),
            N_("Unusual quiet is as telling as noise: something upstream may be broken."),
        ),
    ),
    (
        ("level_shift",),
        "",
        Advice(
            N_("Which change caused the step, was it intended, and is this the new normal?"),
            N_("Compare before and after the change; roll it back, or accept the new level."),
            N_("A step that stays usually begins with a release or a setting, and nobody notices it after a week."),
        ),
    ),
    (
        ("growth",),
        "",
        Advice(
            N_("What else grows with it, and when does it reach its limit?"),
            N_("Plan what has to be done before the limit, and who does it."),
            N_("Slow growth crosses no threshold until the day on which it hurts."),
        ),
    ),
    (
        ("saturation",),
        "",
        Advice(
            N_("What had to wait while it was at its limit?"),
            N_("Raise the limit or spread the load; check latency and errors of those minutes."),
            N_("At the limit the graph is flat: the real demand is higher than what can be seen."),
        ),
    ),
    (
        ("",),
        "",
        Advice(
            N_("What was different then, and did customers notice?"),
            N_("Look at the service page for what moved in the same minutes."),
            N_("What leaves its usual range has a cause, and it is cheapest to find in the same week."),
        ),
    ),
)

ADVICE: Mapping[tuple[str, str], Advice] = {
    (view, subject): advice for views, subject, advice in _TABLE for view in views
}
"""Advice by (view, metric or resource); an empty metric stands for any, an empty view for one that is not known."""
