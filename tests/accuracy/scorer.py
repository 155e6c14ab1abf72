"""The scorer that lies beside the labelled series, and what it says of one method's findings."""

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sre_lib.errors import UserMistakeError

HOW = "call make accuracy DATA=FOLDER, whose sets (nab/, …) hold labels.json and its CSV files"


@dataclass(frozen=True)
class Labelled:
    """A folder of labelled series: its sets, the files of all of them, and the scorer that knows the rules."""

    data: Path
    files: tuple[Path, ...]
    evaluate: Any
    rules: Any

    def sets(self) -> dict[str, dict[str, Any]]:
        """Return the labelled series of every set by file name, in the scorer's order."""
        return {folder.name: self.evaluate.load(folder) for folder in sorted({path.parent for path in self.files})}

    def found(self, lines: Path) -> dict[tuple[str, str], list[Any]]:
        """Return findings in the line format of `findings --json`, by set and file name."""
        return dict(self.evaluate.read_findings(lines))

    def figures(self, found: Mapping[tuple[str, str], list[Any]]) -> dict[str, dict[str, float]]:
        """Return recalls, event F1 and average precision for every set and pooled."""
        return dict(self.evaluate.table(self.data, found))


def labelled(named: str, scorer: str = "") -> Labelled:
    """Return the series of a folder and its scorer: `scorer`, or `../evaluate/evaluate.py` beside the folder.

    Raises UserMistakeError where either is not there: nothing is scored by other rules.
    """
    if not named:
        raise UserMistakeError(f"DATA: got nothing, wants a folder of labelled series: {HOW}")
    data = Path(named).resolve()
    labels = sorted(data.glob("*/labels.json"))
    if not labels:
        raise UserMistakeError(f"DATA: got {named}, where there is no SET/labels.json: {HOW}")
    script = Path(scorer).resolve() if scorer else data.parent / "evaluate" / "evaluate.py"
    if not script.is_file():
        raise UserMistakeError(
            f"SCORER: {script} is not there: it comes with the labelled series; name it with SCORER=FILE"
        )
    sys.path.insert(0, str(script.parent))
    evaluate, rules = (importlib.import_module(name) for name in (script.stem, "score_review"))
    files = tuple(folder.parent / name for folder in labels for name in evaluate.load(folder.parent))
    return Labelled(data, files, evaluate, rules)
