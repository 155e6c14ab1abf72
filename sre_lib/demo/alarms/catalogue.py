"""The alarms of the simulated shop, of every class that a review tells apart, and which class each is."""

from dataclasses import dataclass
from typing import Literal

from sre_lib.demo.schedule import DEMO_WEEK, HOUR, local

AlarmClass = Literal[
    "useful", "cried_wolf", "broken", "never_could", "predictable", "autoscaling", "too_little_history"
]
Pairs = tuple[tuple[str, str], ...]

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
ON_CALL = f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-on-call"
SET_UP = local(DEMO_WEEK - 6, 0, 10 * HOUR)
"""Monday, six weeks before the demo's own week: when the shop's people set up their alarms."""
EDITED = local(DEMO_WEEK, 2, 11 * HOUR)
"""Wednesday of the demo's own week, 11:00 in Japan: when they raised a threshold."""
YESTERDAY = local(DEMO_WEEK, 6, 10 * HOUR)
"""Sunday of the demo's own week, the day before the meeting."""


@dataclass(frozen=True)
class Watched:
    """One metric that an alarm watches, with its statistic; `id` is its name in an expression."""

    namespace: str
    name: str
    dimensions: Pairs
    statistic: str
    id: str = ""


@dataclass(frozen=True)
class ShopAlarm:
    """A metric alarm: M out of N periods of so many minutes; two `metrics` make `percent`, the first of the second.

    `earlier` is the threshold before `EDITED` (None: never edited); `is_` the class that a review of the demo's own
    week should put it in; `service` is that of the review file (empty: of none).
    """

    name: str
    is_: AlarmClass
    service: str
    metrics: tuple[Watched, ...]
    operator: Literal[">", ">=", "<", "<="]
    threshold: float
    m: int
    n: int
    period: int = 1
    missing: Literal["missing", "notBreaching"] = "missing"
    actions: tuple[str, ...] = (ON_CALL,)
    enabled: bool = True
    created: int = SET_UP
    earlier: float | None = None
    description: str = ""


@dataclass(frozen=True)
class ShopComposite:
    """A composite alarm that is in ALARM where all of some metric alarms are."""

    name: str
    is_: AlarmClass
    service: str
    of: tuple[str, ...]
    actions: tuple[str, ...] = (ON_CALL,)
    created: int = SET_UP
    description: str = ""


_BALANCERS = {
    "web": ("app/shop-public/50dc6c495c0c9188", "targetgroup/shop-web/6d0ecf831eec9f09"),
    "api": ("app/shop-internal/1f4b7a8e02c6d935", "targetgroup/shop-api/a3c1e97f54b20d68"),
}
_POLICIES = {"web": "5c1f0d9e-6a57-4a0b-9c38-2f7d15b0e4a1", "api": "b82e7c44-01d3-4f5e-8f0a-93c6de1a7742"}
_TARGETS = {"web": 60.0, "api": 52.0}


def _ecs(service: str, metric: str, statistic: str = "Average") -> tuple[Watched, ...]:
    """Return a metric of an ECS service."""
    return (Watched("AWS/ECS", metric, (("ClusterName", "shop"), ("ServiceName", service)), statistic),)


def _balancer(service: str, metric: str, statistic: str, id_: str = "") -> Watched:
    """Return a metric of a service's target group."""
    balancer, group = _BALANCERS[service]
    dimensions = (("LoadBalancer", balancer), ("TargetGroup", group))
    return Watched("AWS/ApplicationELB", metric, dimensions, statistic, id_)


def _tracking(service: str) -> tuple[ShopAlarm, ShopAlarm]:
    """Return the two alarms that target tracking makes: 3 minutes above the target, 15 below nine tenths of it."""
    policy, target = _POLICIES[service], _TARGETS[service]
    where = f"resource/ecs/service/shop/{service}:policyName/cpu"
    action = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:{policy}:{where}"
    note = f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}."
    name, cpu = f"TargetTracking-service/shop/{service}", _ecs(service, "CPUUtilization")
    return (
        ShopAlarm(f"{name}-AlarmHigh-{policy}", "autoscaling", service, cpu, ">", target, 3, 3,
                  actions=(action,), description=note),
        ShopAlarm(f"{name}-AlarmLow-{policy}", "autoscaling", service, cpu, "<", target * 0.9, 15, 15,
                  actions=(action,), description=note),
    )  # fmt: skip


METRIC_ALARMS: tuple[ShopAlarm, ...] = (
    ShopAlarm(
        "web-5xx-high", "useful", "web", (_balancer("web", "HTTPCode_Target_5XX_Count", "Sum"),),
        ">", 30, 3, 5, missing="notBreaching", description="Customers see errors.",
    ),
    ShopAlarm(
        "web-latency-p90-high", "useful", "web", (_balancer("web", "TargetResponseTime", "p90"),),
        ">", 0.8, 3, 3, description="Pages are slow.",
    ),
    ShopAlarm(
        "api-error-rate-high", "useful", "api",
        (
            _balancer("api", "HTTPCode_Target_5XX_Count", "Sum", "errors"),
            _balancer("api", "RequestCount", "Sum", "requests"),
        ),
        ">", 0.5, 3, 5, missing="notBreaching", description="Percent of the API's answers that are errors.",
    ),
    ShopAlarm(
        "orders-db-reader-cpu-high", "cried_wolf", "orders-db",
        (Watched("AWS/RDS", "CPUUtilization", (("DBClusterIdentifier", "shop-orders"), ("Role", "READER")),
                 "Average"),),
        ">", 40, 1, 1, earlier=39, description="One minute above the threshold is enough.",
    ),
    ShopAlarm(
        "image-resize-errors", "cried_wolf", "image-resize",
        (Watched("AWS/Lambda", "Errors", (("FunctionName", "image-resize"),), "Sum"),),
        ">=", 2, 1, 1, missing="notBreaching", description="Broken pictures.",
    ),
    ShopAlarm(
        "api-latency-high", "broken", "api", (_balancer("api", "TargetResponseTime", "Average"),),
        ">", 0.3, 3, 3, actions=(), description="Nobody is told.",
    ),
    ShopAlarm(
        "web-hosts-low", "broken", "web", (_balancer("web", "HealthyHostCount", "Minimum"),),
        "<", 3, 3, 3, enabled=False, description="Switched off during a move and never on again.",
    ),
    ShopAlarm(
        "cache-memory-high", "broken", "cache",
        (Watched("AWS/ElastiCache", "DatabaseMemoryUsagePercentage",
                 (("CacheClusterId", "shop-sessions-001"), ("CacheNodeId", "0001")), "Average"),),
        ">", 50, 3, 3, period=5, description="In ALARM for weeks: the sessions need more than that.",
    ),
    ShopAlarm(
        "web-old-5xx-high", "broken", "",
        (Watched("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count",
                 (("LoadBalancer", "app/shop-old/9b1e44d07f6a2c35"),
                  ("TargetGroup", "targetgroup/shop-web-old/0f2d7c81a95be346")), "Sum"),),
        ">", 30, 3, 5, description="Its target group was deleted.",
    ),
    ShopAlarm(
        "worker-memory-high", "never_could", "worker", _ecs("worker", "MemoryUtilization"),
        ">", 95, 3, 3, period=5, description="Copied from an example.",
    ),
    ShopAlarm(
        "worker-cpu-high", "predictable", "worker", _ecs("worker", "CPUUtilization"),
        ">", 52, 3, 3, period=5, description="Fires in the nightly batch.",
    ),
    ShopAlarm(
        "api-memory-high", "too_little_history", "api", _ecs("api", "MemoryUtilization", "Maximum"),
        ">", 90, 5, 5, created=YESTERDAY, description="Watches the leak.",
    ),
    *_tracking("web"),
    *_tracking("api"),
)  # fmt: skip

COMPOSITE_ALARMS: tuple[ShopComposite, ...] = (
    ShopComposite(
        "web-customers-feel-it", "useful", "web", ("web-5xx-high", "web-latency-p90-high"),
        description="Errors and slow pages at once.",
    ),
)  # fmt: skip

ALARMS: tuple[ShopAlarm | ShopComposite, ...] = (*METRIC_ALARMS, *COMPOSITE_ALARMS)
