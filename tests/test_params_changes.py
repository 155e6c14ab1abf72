"""The key `changes` of a review file: which sources are asked for what changed."""

import pytest

from sre_lib import params
from sre_lib.errors import UserMistakeError
from sre_lib.params_file import CHANGE_SOURCES

REVIEW = """\
title: T
source: {source}
services:
  - {{name: one, kind: ec2_instance, dimensions: {{InstanceId: i-1}}}}
{changes}
"""


def load(folder, source: str, changes: str = ""):
    file = folder / "review.yaml"
    file.write_text(REVIEW.format(source=source, changes=changes))
    return params.load(str(file))


@pytest.mark.parametrize(
    ("source", "changes", "asked"),
    [
        ("demo", "", CHANGE_SOURCES),
        ("demo", "changes: []", ()),
        ("{type: cloudwatch}", "", ()),
        ("archive", "", ()),
        ("{type: cloudwatch}", "changes: [scaling, deployments, scaling]", ("scaling", "deployments")),
    ],
)
def test_the_demo_has_all_and_others_what_is_named(tmp_path, source, changes, asked):
    assert load(tmp_path, source, changes).changes == asked


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ("changes: [deployment]", r"changes.*got 'deployment', .*'deployments'"),
        ("changes: scaling", r"changes.*got 'scaling', wants a list"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path, changes, sentence):
    with pytest.raises(UserMistakeError, match=sentence) as caught:
        load(tmp_path, "demo", changes)
    assert "\n" not in str(caught.value)
