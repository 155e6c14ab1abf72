"""How to read the graphs of each kind of resource: what is counted, and what each percentage is a percentage of.

Sources: the "Metrics" pages of the AWS services (`catalog.yaml`); ECS developer guide, "Service utilization".
"""

from collections.abc import Mapping

from sre_lib.wording import N_

_ECS_INSIGHTS = N_(
    "ECS Container Insights: CPU in CPU units (1024 are one vCPU) and memory of one task, averaged over the tasks, the "
    "maximum is that of the largest one; more running than desired tasks are usual during a deployment."
)
_TARGETS = N_(
    "Load balancer: requests and 5xx are counted per 5 minutes, latency is the p99 of the target's response time."
)
_RDS = N_("Database: CPU in percent of all vCPUs of the instance; free memory runs towards 0.")
_AURORA = N_(
    "Aurora: CPU in percent of all vCPUs, averaged over the instances of the role; free memory runs towards 0."
)
_SERVERLESS = N_(
    "Aurora Serverless: CPU and capacity use in percent of the largest capacity that is set, free memory is what would "
    "be left at that capacity; of a whole cluster these are means over its instances."
)
_DOCUMENTDB = N_("DocumentDB: CPU in percent of all vCPUs; free memory runs towards 0; replica lag in milliseconds.")
_CACHE = N_(
    "Cache: engine CPU in percent of one core (the engine runs on one thread), CPU in percent of all cores; "
    "memory in percent of maxmemory."
)
_AGENT = N_("CloudWatch agent: percent of the instance's memory and swap; other dimensions mean other series.")
_PODS = N_(
    "EKS pods: percent of their limit where they have one (100 % is throttled or killed), and percent of the node "
    "they run on, which says nothing about how full they are."
)
_LEFT = N_("Credits and burst balances run towards 0: then the machine falls back to its baseline.")
_REPLICA_S = N_("Replica lag in seconds.")

READING: Mapping[str, tuple[str, ...]] = {
    "ecs_service": (
        N_(
            "ECS: percent of the CPU and memory that the task definition reserves, over all tasks; the maximum is the "
            "extreme 20-second sample of any task."
        ),
        N_("Both can go beyond 100 %: a reservation is no limit. The number of samples is not the number of tasks."),
    ),
    "ecs_container_insights": (_ECS_INSIGHTS,),
    "ecs_container_insights_detail": (_ECS_INSIGHTS,),
    "ecs_container_insights_enhanced": (
        N_("ECS Container Insights: percent of what the task reserves; the maximum is that of the fullest task."),
    ),
    "alb_target_group": (_TARGETS,),
    "alb_target_group_detail": (
        _TARGETS,
        N_("Requests per target are an average over the healthy targets, although CloudWatch calls it a sum."),
    ),
    "load_balancer": (
        N_(
            "Load balancer as a whole: its own 5xx and rejected connections never reached a target, and are in no "
            "number of a target group."
        ),
    ),
    "cloudfront_distribution": (
        N_("CloudFront: error rates in percent of all requests; what it serves from its cache reaches no server."),
    ),
    "nat_gateway": (
        N_(
            "NAT gateway: an error in allocating a port is a connection that failed, at 55,000 to one destination; "
            "connections are those open at one time."
        ),
    ),
    "rds_instance": (_RDS,),
    "rds_instance_detail": (_RDS, N_("Disk latency in seconds for one read or write."), _REPLICA_S, _LEFT),
    "aurora_role": (_AURORA,),
    "aurora_role_detail": (_AURORA, N_("Aurora replica lag and the latency of commits and selects in milliseconds.")),
    "aurora_instance": (
        N_("Aurora: CPU in percent of all vCPUs of the instance; after a failover the writer is another instance."),
        N_("Aurora replica lag and the latency of commits and selects in milliseconds."),
    ),
    "aurora_serverless": (_SERVERLESS,),
    "aurora_serverless_instance": (_SERVERLESS,),
    "documentdb_instance": (_DOCUMENTDB, _LEFT),
    "documentdb_role": (_DOCUMENTDB, _LEFT),
    "elasticache_node": (_CACHE,),
    "elasticache_node_detail": (
        _CACHE,
        N_("Network beyond the allowance counts packets that were queued or dropped; hit rate in percent of reads."),
        _REPLICA_S,
    ),
    "memcached_node": (
        N_(
            "Memcached: CPU in percent of all cores (it uses several threads); memory in bytes, since it publishes no "
            "percentage; a full cache is normal, evictions are what counts."
        ),
    ),
    "elasticache_serverless": (
        N_(
            "ElastiCache Serverless: no CPU; data in bytes and processing units (ECPU) against the limits that were "
            "set, and commands that had to wait since load grew faster than the cache."
        ),
    ),
    "lambda_function": (N_("Lambda: durations in milliseconds, concurrency as the maximum within 5 minutes."),),
    "lambda_insights": (
        N_(
            "Lambda Insights: memory in percent of the function's memory size, the fullest invocation; CPU time in "
            "milliseconds for one invocation."
        ),
    ),
    "sqs_queue": (
        N_(
            "SQS: age of the oldest message in seconds; a growing age with a steady backlog is one message that fails "
            "again and again. CloudWatch publishes nothing of a queue that is not used."
        ),
    ),
    "dynamodb_table": (
        N_(
            "DynamoDB: consumed capacity units per 5 minutes, provisioned ones per second (300 times less); indexes "
            "of the table are not in it."
        ),
    ),
    "ec2_instance": (
        N_("EC2: CPU in percent of all vCPUs of the instance; memory is not measured without the agent."),
    ),
    "ec2_instance_detail": (
        N_("EC2: CPU in percent of all vCPUs of the instance; memory is not measured without the agent."),
        _LEFT,
    ),
    "auto_scaling_group": (
        N_(
            "Auto Scaling group: CPU averaged over its instances, the maximum is that of the busiest one; with target "
            "tracking load shows in the number of instances, not in CPU."
        ),
    ),
    "cloudwatch_agent": (_AGENT,),
    "cloudwatch_agent_group": (_AGENT,),
    "cloudwatch_agent_cpu": (N_("CloudWatch agent: CPU in percent of all cores together."),),
    "cloudwatch_agent_disk": (N_("CloudWatch agent: percent of one file system."),),
    "cloudwatch_agent_windows": (
        N_("CloudWatch agent on Windows: committed memory in percent of RAM and page file together."),
    ),
    "eks_nodes": (N_("EKS nodes: percent of a node, averaged over all nodes; the maximum is that of the fullest."),),
    "eks_service": (_PODS,),
    "eks_pod": (_PODS,),
    "opensearch_domain": (
        N_(
            "OpenSearch: what counts is the pressure on the Java heap of the fullest node; about 95 % of the system's "
            "memory in use is normal."
        ),
    ),
    "msk_broker": (
        N_(
            "Kafka: user and system CPU add up; the heap is measured after garbage collection; the rest of memory is "
            "page cache, which is always full."
        ),
    ),
}
"""Texts for the catalogue by kind; a kind of the review file's own has none."""
