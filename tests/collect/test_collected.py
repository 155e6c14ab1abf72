from sre_lib.collect.collected import Problem, problems_of
from sre_lib.collect.queries import Metric
from sre_lib.model import Status

CPU, MEMORY = (Metric("AWS/ECS", name, ()) for name in ("CPUUtilization", "MemoryUtilization"))
DENIED = ("web", Status.DENIED, "AccessDenied: no")


def test_what_a_metric_lacks_in_the_week_is_not_said_of_its_history_once_more():
    assert problems_of({(*DENIED, True): {CPU, MEMORY}, (*DENIED, False): {CPU}}) == (
        Problem(*DENIED, 1),
        Problem(*DENIED, 1, before=True),
    )
    assert problems_of({(*DENIED, True): {CPU}, (*DENIED, False): {CPU}}) == (Problem(*DENIED, 1),)


def test_what_happened_to_a_file_is_of_no_metric():
    assert problems_of({("web", Status.PARTIAL, "damaged", False): set()}) == (
        Problem("web", Status.PARTIAL, "damaged", 0),
    )
