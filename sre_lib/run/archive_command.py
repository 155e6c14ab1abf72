"""What `sre-review archive verify` does: name every file of an archive that is not right, set damaged ones aside."""

from collections.abc import Mapping
from dataclasses import dataclass

from sre_lib import params
from sre_lib.address import Address
from sre_lib.collect import damaged
from sre_lib.collect.archive import Archive
from sre_lib.collect.verify import verify
from sre_lib.run import answers
from sre_lib.stores import store_of


@dataclass(frozen=True)
class Checked:
    """What was looked at: the review, its folder in the archive, how many files, one sentence for each that is bad.

    `aside`: where each damaged file was moved to, by its key.
    """

    review: str
    folder: Address
    files: int
    problems: tuple[str, ...]
    aside: Mapping[str, str]


def checked(name: str, *, set_aside: bool) -> Checked:
    """Look at every file that the archive of a review has, or should have; set the damaged ones aside where wanted.

    Raises UserMistakeError, and StoreError where a file cannot be moved.
    """
    review = params.load(name)
    archive = Archive(store_of(review.archive), review.name)
    found = verify(archive, review.services)
    aside: Mapping[str, str] = {}
    if set_aside and found.damaged:
        with archive.locked():
            # Whoever wrote meanwhile may have made a file whole.
            found = verify(archive, review.services)
            aside = damaged.set_aside(archive, found.damaged)
    told = tuple(
        f"archive: {key} is now {to}; a run of its week, or of one after it, fetches what there still is"
        for key, to in aside.items()
    )
    return Checked(review.name, review.archive / archive.folder, found.files, found.problems + told, aside)


def checked_sentence(found: Checked, folder: Address) -> str:
    """Return how much was looked at and how much of it is not right."""
    files = "1 file" if found.files == 1 else f"{found.files} files"
    wrong = len(found.problems) - len(found.aside)
    return f"{folder}: {files} looked at, {wrong or 'no'} damaged or missing"


def checked_json(found: Checked) -> str:
    """Return the same for programs."""
    content = {
        "review": found.review,
        "files": found.files,
        "problems": list(found.problems),
        "set_aside": dict(found.aside),
    }
    return answers.document(content).decode()
