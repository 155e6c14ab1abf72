"""What belongs to which service: AWS' own word, then shared tags, then names; what fits several fits none."""

import pytest

from sre_lib.collect.discover.found import Found, Related
from sre_lib.collect.discover.guess import Proposal, proposals, words


def service(name, cluster="main", *, tags=None, behind=(), account=""):
    dimensions = {"ClusterName": (cluster,), "ServiceName": (name,)}
    return Found("ecs_service", name, dimensions, tags=tags or {}, behind=behind, account=account)


def database(name, *, tags=None, account="", related=()):
    dimensions = {"DBInstanceIdentifier": (name,)}
    return Found("rds_instance", name, dimensions, tags=tags or {}, account=account, related=related)


def group(name, balancer="app/public/1"):
    dimensions = {"LoadBalancer": (balancer,), "TargetGroup": (f"targetgroup/{name}/1",)}
    return Found("alb_target_group", name, dimensions, arns=(f"arn:{name}",))


def owner_of(database_, *services):
    """Return whom a database is given to with the reason, or None and the remark on it."""
    made = proposals([*services, database_])
    for each in made:
        for part in each.related:
            if part.found == database_:
                return each.name, part.reason
    (alone,) = [each for each in made if each.found == database_]
    return None, " ".join(alone.remarks)


WEB, API = service("web"), service("api")
SHARED = {"app": "shop"}


@pytest.mark.parametrize(
    ("database_", "services", "owner", "reason"),
    [
        (database("db-1", tags={"Service": "api"}), (WEB, API), "api", "its tag service=api names the service"),
        (
            database("db-1", tags={"app": "orders"}),
            (service("web", tags={"App": "Orders"}), API),
            "web",
            "tag app=orders on both",
        ),
        (
            database("db-1", tags={"aws:cloudformation:stack-name": "S"}),
            (service("web", tags={"aws:cloudformation:stack-name": "s"}), API),
            "web",
            "tag aws:cloudformation:stack-name=s on both",
        ),
        # The narrower tag decides.
        (
            database("db-1", tags={"app": "shop", "component": "api"}),
            (service("web", tags=SHARED), service("api", tags=SHARED)),
            "api",
            "its tag component=api names the service",
        ),
        (
            database("db-1", tags=SHARED),
            (service("web", tags=SHARED), service("api", tags=SHARED)),
            None,
            "a service of its own, since several fit: api, web (tag app=shop on both)",
        ),
        (database("api-postgres"), (WEB, API), "api", "its name has 'api' in common with api"),
        (database("shopApi-prod-db"), (WEB, API), "api", "its name has 'api' in common with api"),
        (
            database("api-order-db"), (API, service("order-api")), "order-api",
            "its name has 'order api' in common with order-api",
        ),
        (database("apiary"), (WEB, API), None, ""),
        (database("orders"), (WEB, API), None, ""),
        # `db` says what it is, `main` is the cluster's name: neither is whose.
        (database("main-db"), (service("main"), service("db-service")), None, ""),
        (database("api-stg"), (service("api", "prod"), WEB), None, ""),
        (
            database("api-stg"), (service("api", "prod"), service("api", "staging")), "staging-api",
            "its name has 'api' in common with api",
        ),
        (database("api", tags={"env": "prod"}), (service("api", tags={"Environment": "stg"}),), None, ""),
        (database("api", account="1"), (API,), None, ""),
        (database("注文-db"), (service("注文"), API), "注文", "its name has '注文' in common with 注文"),
        (database("'\n\"{x}"), (WEB,), None, ""),
    ],
)  # fmt: skip
def test_to_whom_a_database_belongs(database_, services, owner, reason):
    assert owner_of(database_, *services) == (owner, reason)


def test_a_word_that_most_names_have_says_nothing():
    services = [service(f"shop-{name}") for name in ("web", "api", "worker")]
    assert owner_of(database("shop-db"), *services) == (None, "")


def test_target_groups_of_one_load_balancer_take_turns_and_others_are_parts_of_their_own():
    web = service("web", behind=("arn:blue", "arn:green", "arn:inside"))
    groups = [group("blue"), group("green"), group("inside", "app/internal/2"), group("lonely")]
    turns = "AWS says: the service registers its tasks in it"
    both = ("targetgroup/blue/1", "targetgroup/green/1")
    assert proposals([web, *groups]) == (
        Proposal(
            "web",
            web,
            (
                Related(
                    Found(
                        "alb_target_group", "web-alb", {"LoadBalancer": ("app/public/1",), "TargetGroup": both},
                        arns=("arn:blue",),
                    ),
                    f"{turns}; several take turns (blue/green)",
                ),
                Related(
                    Found(
                        "alb_target_group", "web-alb-2", groups[2].dimensions, arns=("arn:inside",),
                    ),
                    turns,
                ),
            ),
        ),
        Proposal("lonely", groups[3]),
    )  # fmt: skip


def test_what_comes_with_a_database_goes_where_it_goes():
    replica = Related(database("api-replica"), "AWS says: it replicates api-db")
    made = proposals([API, database("api-db", related=(replica,))])
    assert [(each.found.name, each.reason) for each in made[0].related] == [
        ("api-db", "its name has 'api' in common with api"),
        ("api-replica", "AWS says: it replicates api-db"),
    ]


def test_every_name_is_there_once():
    found = [
        service("web", "a"),
        service("web", "b"),
        service("Web", "a"),
        database("b-web"),
        service("x", account="1"),
    ]
    names = [each.name.casefold() for each in proposals(found)]
    assert len(set(names)) == len(names)
    assert names[:3] == ["a-web", "b-web", "a-web-2"]


def test_words_of_a_name():
    assert words("shopOrders-prod-2_DBMain") == ["shop", "orders", "2", "db", "main"]
