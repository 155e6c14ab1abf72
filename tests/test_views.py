"""Views are data: the package's are sound, a review file's own are strict."""

from pathlib import Path

import pytest

from sre_lib.analyse.analyse import analyse
from sre_lib.analyse.derived import FUNCTIONS
from sre_lib.analyse.registry import ALL, check, settings_of
from sre_lib.catalog import builtin_catalog
from sre_lib.errors import UserMistakeError
from sre_lib.model import Part
from sre_lib.params import load
from sre_lib.views import View, builtin_views, derived_specs, shape_of
from tests.analyse.views.shop import REVIEWED, service_week, wave

METRICS = {name for kind in builtin_catalog().values() for name in kind.metrics} | set(derived_specs())


@pytest.mark.parametrize("name", builtin_views())
def test_every_view_names_what_there_is(name):
    view = builtin_views()[name]
    names = {each.partition(".")[0] for each in (*view.series, *view.needs, *view.beside)}
    assert names <= METRICS
    assert set(view.kinds) <= set(builtin_catalog())
    assert view.detector in ALL
    assert set(view.settings) <= set(settings_of(view.detector))
    if view.series:
        assert all((view.question, view.action, view.why))


def test_every_view_can_be_used():
    check(builtin_views(), Path("builtin"))


@pytest.mark.parametrize("name", derived_specs())
def test_every_derived_series_names_what_there_is(name):
    spec = derived_specs()[name]
    assert spec.function in FUNCTIONS
    assert set(spec.of) <= METRICS
    assert set(spec.kinds) <= set(builtin_catalog())
    assert name not in {metric for kind in builtin_catalog().values() for metric in kind.metrics}


def test_what_is_no_view_of_ours_keeps_its_name():
    assert (shape_of("level_shift"), shape_of("seen")) == ("level_shift", "seen")


def review(tmp_path, views: str) -> str:
    service = "services: [{name: web, kind: ecs_service, dimensions: {ClusterName: shop, ServiceName: web}}]"
    (tmp_path / "shop.yaml").write_text(f"title: Shop\nsource: demo\n{service}\nviews:\n{views}")
    return str(tmp_path / "shop.yaml")


def test_a_review_changes_switches_off_and_adds(tmp_path):
    own = """
  spike: {enabled: false}
  growth: {settings: {enter: 9}}
  hot: {title: Hot, detector: threshold, like: sustained_high, series: [cpu], settings: {threshold: 70}}
"""
    views = load(review(tmp_path, own)).views
    assert not views["spike"].enabled
    assert views["growth"] == builtin_views()["growth"].model_copy(update={"settings": {"enter": 9}})
    assert views["hot"] == View(
        title="Hot", detector="threshold", like="sustained_high", series=("cpu",), settings={"threshold": 70}
    )
    assert views["dip"] == builtin_views()["dip"]


@pytest.mark.parametrize(("own", "said"), [
    ("  spik: {enabled: false}\n", "is missing"),
    ("  spike: {enable: false}\n", "nearest|enabled"),
    ("  spike: {like: up}\n", "like"),
])  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path, own, said):
    with pytest.raises(UserMistakeError, match=said):
        load(review(tmp_path, own))


@pytest.mark.parametrize(("own", "said"), [
    ("  spike: {detector: departur}\n", "detector: got 'departur', .*departure"),
    ("  spike: {settings: {entr: 1}}\n", "'entr' is none of departure; .*enter"),
    ("  spike: {settings: {enter: -1}}\n", "enter: got -1.0, wants a number above 0"),
])  # fmt: skip
def test_a_detector_and_its_settings_are_checked(tmp_path, own, said):
    loaded = load(review(tmp_path, own))
    with pytest.raises(UserMistakeError, match=said):
        check(loaded.views, loaded.file)


def test_a_finding_of_a_views_own_is_listed_like_ours(tmp_path):
    own = """
  spike: {enabled: false}
  sustained_high: {enabled: false}
  slow:
    {title: Slow, detector: threshold, like: sustained_high, series: [latency], settings: {threshold: 2, least_min: 15}}
"""
    views = load(review(tmp_path, own)).views
    alb = Part("alb", "alb_target_group", {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/web/1"})
    latency = wave(0.5, 0.1, 0.02)
    latency[REVIEWED + 500 : REVIEWED + 508] = 2.5
    found = analyse(service_week((alb,), {("alb", "latency", "p99"): latency}), builtin_catalog(), views).findings
    assert [(each.view, each.like, each.expert) for each in found] == [("slow", "sustained_high", True)]
