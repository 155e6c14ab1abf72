"""What looking into an account must be allowed, and why: every action is optional, and what is refused is said."""

from sre_lib.collect.permissions import Permission

LOOKS = (
    Permission("cloudwatch:ListMetrics", "init", "what publishes: without it nobody knows what is in use"),
    Permission("tag:GetResources", "init", "tags, which say what belongs together"),
    Permission("ecs:ListClusters", "init", "which clusters there are"),
    Permission("ecs:ListServices", "init", "which services each cluster has"),
    Permission("ecs:DescribeServices", "init", "the target groups of each service, and its tags"),
    Permission("application-autoscaling:DescribeScalableTargets", "init", "the most tasks that scaling may start"),
    Permission("rds:DescribeDBClusters", "init", "Aurora and DocumentDB clusters, with their writers and readers"),
    Permission("rds:DescribeDBInstances", "init", "databases, their classes and read replicas"),
    Permission("ec2:DescribeInstanceTypes", "init", "memory and vCPUs of each instance class"),
    Permission("elasticache:DescribeCacheClusters", "init", "caches, by replication group"),
    Permission("elasticache:DescribeServerlessCaches", "init", "serverless caches and their largest size"),
    Permission(
        "elasticloadbalancing:DescribeLoadBalancers", "init", "which load balancers are of a kind that is known"
    ),
    Permission("elasticloadbalancing:DescribeTargetGroups", "init", "which target group is behind which load balancer"),
    Permission("elasticloadbalancing:DescribeLoadBalancerAttributes", "init", "after how many seconds one gives up"),
    Permission("lambda:ListFunctions", "init", "functions and their time-outs"),
    Permission("lambda:GetFunctionConcurrency", "init", "the concurrency that is reserved for a function"),
)
"""All that looking into an account asks for, beside sts:GetCallerIdentity, which needs no permission (AWS STS API
reference). None can be limited to resources: what there is, is what is asked for."""

TRIES = (
    Permission("ecs:ListServiceDeployments", "init", "tried once: may a review ask who deployed"),
    Permission("application-autoscaling:DescribeScalingActivities", "init", "tried once: may a review ask what scaled"),
    Permission("rds:DescribeEvents", "init", "tried once: may a review ask for failovers of databases"),
    Permission("elasticache:DescribeEvents", "init", "tried once: may a review ask for failovers of caches"),
    Permission("cloudtrail:LookupEvents", "init", "tried once: may a review ask who changed what"),
)
"""What is tried with one small call, so that `changes` of the review file names only what may be asked."""
