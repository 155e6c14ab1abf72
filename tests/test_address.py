"""A place is a folder or a bucket; what is neither is said."""

from pathlib import Path

import pytest

from sre_lib.address import S3Address, address_of


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("reviews", Path("/home/reviews")),
        ("/srv/reviews", Path("/srv/reviews")),
        ("s3://acme-reviews", S3Address("acme-reviews")),
        ("S3://acme-reviews/", S3Address("acme-reviews")),
        ("s3://acme.reviews/team/注文 a/", S3Address("acme.reviews", "team/注文 a")),
    ],
)
def test_places(text, place):
    assert address_of(text, Path("/home")) == place


@pytest.mark.parametrize(
    "text",
    ["s3://", "s3://A", "s3://ab", "s3:///x", "s3://acme/../x", "s3://acme/a//b", "s3://acme/./b", "s3://acme/a\nb",
     "gs://acme", "https://acme.s3.amazonaws.com/x", "s3://-acme", "s3://acme-/x", "s3://user:secret@acme/x"],
)  # fmt: skip
def test_what_is_no_place_is_said(text):
    with pytest.raises(ValueError, match="wants a folder, or a bucket as s3://bucket or s3://bucket/prefix"):
        address_of(text, Path("/home"))


def test_places_are_joined_and_shown():
    place = S3Address("acme", "team")
    assert str(place / "demo/" / "a.html") == "s3://acme/team/demo/a.html"
    assert [(S3Address("acme") / "x").prefix, str(S3Address("acme"))] == ["x", "s3://acme"]
    assert [S3Address("acme").name, (place / "archive").name] == ["acme", "archive"]
