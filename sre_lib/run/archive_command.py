"""What `sre-review archive verify` does: look at every file of a review's archive and name those that are not right."""

from dataclasses import dataclass
from pathlib import Path

from sre_lib import params
from sre_lib.collect.archive import Archive
from sre_lib.collect.verify import verify
from sre_lib.run import answers
from sre_lib.store import LocalStore


@dataclass(frozen=True)
class Checked:
    """What was looked at: the review, its folder in the archive, how many files, one sentence for each that is bad."""

    review: str
    folder: Path
    files: int
    problems: tuple[str, ...]


def checked(name: str) -> Checked:
    """Look at every file that the archive of a review has, or should have. Raises UserMistakeError."""
    review = params.load(name)
    archive = Archive(LocalStore(review.archive), review.name)
    found = verify(archive, review.services)
    return Checked(review.name, review.archive / archive.folder, found.files, found.problems)


def checked_sentence(found: Checked, folder: Path) -> str:
    """Return how much was looked at and how much of it is not right."""
    files = "1 file" if found.files == 1 else f"{found.files} files"
    return f"{folder}: {files} looked at, {len(found.problems) or 'no'} damaged or missing"


def checked_json(found: Checked) -> str:
    """Return the same for programs."""
    content = {"review": found.review, "files": found.files, "problems": list(found.problems)}
    return answers.document(content).decode()
