"""What people call a metric, a part of a service and a value."""

from sre_lib.model import Finding
from sre_lib.views import DERIVED, derived_specs
from sre_lib.wording import N_, Wording
from sre_lib.wording.units import BYTES

PERIOD_STATISTICS = ("Sum", "SampleCount")
"""Statistics that count over one period: a value of them means nothing without it."""

_METRICS = {
    "cpu": N_("CPU"),
    "memory": N_("memory"),
    "engine_cpu": N_("engine CPU"),
    "freeable_memory": N_("free memory"),
    "connections": N_("connections"),
    "requests": N_("requests"),
    "latency": N_("latency"),
    "errors_5xx": N_("5xx errors"),
    "healthy_hosts": N_("healthy hosts"),
    "evictions": N_("evictions"),
    "duration": N_("duration"),
    "concurrency": N_("concurrent executions"),
    "invocations": N_("invocations"),
    "errors": N_("errors"),
    "throttles": N_("throttles"),
    "acu_utilization": N_("capacity use"),
    "active_connections": N_("active connections"),
    "aurora_replica_lag": N_("replica lag"),
    "backlog": N_("waiting messages"),
    "bandwidth_in_exceeded": N_("inbound bandwidth exceeded"),
    "bandwidth_out_exceeded": N_("outbound bandwidth exceeded"),
    "burst_balance": N_("burst balance"),
    "bytes_in": N_("bytes in"),
    "bytes_out": N_("bytes out"),
    "cache_bytes": N_("cached data"),
    "cache_hit_rate": N_("cache hit rate"),
    "cache_hit_ratio": N_("buffer cache hit ratio"),
    "capacity": N_("capacity (ACU)"),
    "cluster_red": N_("cluster status red"),
    "commit_latency": N_("commit latency"),
    "connection_attempts": N_("connection attempts"),
    "connection_errors": N_("connection errors to targets"),
    "consumed_lcus": N_("load balancer capacity units"),
    "container_cpu": N_("container CPU"),
    "container_memory": N_("container memory"),
    "cpu_credits": N_("CPU credits"),
    "cpu_idle": N_("idle CPU"),
    "cpu_of_limit": N_("CPU of the limit"),
    "cpu_of_node": N_("CPU of the node"),
    "cpu_reserved": N_("reserved CPU units"),
    "cpu_system": N_("system CPU"),
    "cpu_time": N_("CPU time"),
    "cpu_units": N_("CPU units"),
    "cpu_user": N_("user CPU"),
    "db_load": N_("database load (sessions)"),
    "db_load_cpu": N_("database load on CPU (sessions)"),
    "deadlocks": N_("deadlocks"),
    "deployments": N_("deployments"),
    "desired_instances": N_("desired instances"),
    "desired_tasks": N_("desired tasks"),
    "disk_used": N_("disk use"),
    "docdb_replica_lag": N_("replica lag"),
    "ebs_byte_balance": N_("EBS byte balance"),
    "ebs_io_balance": N_("EBS I/O balance"),
    "ecpus": N_("ECPUs"),
    "elb_errors_5xx": N_("5xx errors of the load balancer"),
    "ephemeral_storage": N_("ephemeral storage"),
    "error_rate_4xx": N_("4xx error rate"),
    "error_rate_5xx": N_("5xx error rate"),
    "errors_4xx": N_("4xx errors"),
    "failed_nodes": N_("failed nodes"),
    "free_local_storage": N_("free local storage"),
    "free_storage": N_("free storage"),
    "heap": N_("heap memory"),
    "in_flight": N_("messages in flight"),
    "instances": N_("instances in service"),
    "io_wait": N_("CPU waiting for I/O"),
    "master_cpu": N_("CPU of the master node"),
    "master_heap": N_("heap memory of the master node"),
    "memory_health": N_("memory health state"),
    "memory_of_limit": N_("memory of the limit"),
    "memory_of_node": N_("memory of the node"),
    "memory_reserved": N_("reserved memory"),
    "memory_used": N_("memory used"),
    "messages_deleted": N_("messages deleted"),
    "messages_sent": N_("messages sent"),
    "network_in": N_("network in"),
    "network_out": N_("network out"),
    "new_connections": N_("new connections"),
    "nodes": N_("nodes"),
    "oldest_message": N_("age of the oldest message"),
    "origin_latency": N_("origin latency"),
    "packet_drops": N_("dropped packets"),
    "packets_exceeded": N_("packet rate exceeded"),
    "pending_instances": N_("pending instances"),
    "pending_tasks": N_("pending tasks"),
    "port_allocation_errors": N_("port allocation errors"),
    "provisioned_reads": N_("provisioned read capacity"),
    "provisioned_writes": N_("provisioned write capacity"),
    "read_capacity": N_("consumed read capacity"),
    "read_latency": N_("read latency"),
    "read_throttles": N_("read throttles"),
    "rejected_connections": N_("rejected connections"),
    "replica_lag": N_("replica lag"),
    "requests_per_target": N_("requests per target"),
    "restarts": N_("restarts"),
    "running_pods": N_("running pods"),
    "running_tasks": N_("running tasks"),
    "search_latency": N_("search latency"),
    "select_latency": N_("select latency"),
    "status_check": N_("failed status checks"),
    "surplus_credits": N_("surplus CPU credits"),
    "swap": N_("swap"),
    "swap_percent": N_("swap use"),
    "system_memory": N_("system memory"),
    "unhealthy_hosts": N_("unhealthy hosts"),
    "unused_memory": N_("unused memory"),
    "write_capacity": N_("consumed write capacity"),
    "write_latency": N_("write latency"),
    "write_throttles": N_("write throttles"),
}

_STATISTICS = {
    "Average": N_("average"),
    "Maximum": N_("maximum"),
    "Minimum": N_("minimum"),
    "Sum": N_("sum"),
    "SampleCount": N_("sample count"),
}

_UNITS = {
    "Seconds": N_("{number} s"),
    "Milliseconds": N_("{number} ms"),
    "Microseconds": N_("{number} µs"),
    "Count/Second": N_("{number} per second"),
}


def metric_name(metric: str, statistic: str, say: Wording) -> str:
    """Return what people call a metric: CPU, free memory, p99 latency; a metric of one's own keeps its name."""
    derived = derived_specs().get(metric)
    if derived and statistic == DERIVED:
        return say(derived.name)
    name = say(_METRICS[metric]) if metric in _METRICS else metric.replace("_", " ")
    return say("{statistic} {metric}", statistic=statistic, metric=name) if statistic.startswith("p") else name


def statistic_name(statistic: str, say: Wording) -> str:
    """Return what people call a statistic; percentiles are called the same everywhere."""
    return say(_STATISTICS.get(statistic, "")) or statistic


def where(service: str, part: str) -> str:
    """Return the service, and the part of it where that is not the service itself."""
    return service if part in {"", service} else f"{service} / {part}"


def value_text(value: float, unit: str, statistic: str, say: Wording) -> str:
    """Return a value with its unit, as people say it."""
    text = _with_unit(value, unit, say)
    return say("{value} per 5 min", value=text) if statistic in PERIOD_STATISTICS else text


def change_text(value: float, unit: str, statistic: str, say: Wording) -> str:
    """Return the size of a difference between two values: points between percentages, else like a value."""
    return say.points(abs(value)) if unit == "Percent" else value_text(abs(value), unit, statistic, say)


def value_of(finding: Finding, name: str, say: Wording) -> str:
    """Return a number of a finding's evidence as a value; KeyError where it has none of that name."""
    return value_text(finding.evidence[name], finding.unit, finding.statistic, say)


def _with_unit(value: float, unit: str, say: Wording) -> str:
    """Return a value in its unit."""
    if unit == "Percent":
        return say.percent(value)
    if unit in BYTES:
        size = say.bytes(value * BYTES[unit])
        return say("{value}/s", value=size) if unit.endswith("/Second") else size
    if unit in _UNITS:
        return say(_UNITS[unit], number=say.number(value))
    return say.compact(value) if abs(value) >= 100_000 else say.number(value)
