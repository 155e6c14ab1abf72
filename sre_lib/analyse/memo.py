"""The analysis of a service's week, computed once for the run, its notebooks and the next run."""

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import scipy

from sre_lib import __version__
from sre_lib.analyse import memo_file
from sre_lib.analyse.analyse import analyse
from sre_lib.analyse.derived import with_derived
from sre_lib.catalog import Catalog
from sre_lib.collect.archive import Archive
from sre_lib.collect.gather import service_week
from sre_lib.errors import StoreError
from sre_lib.model import Analysis, Service, ServiceWeek, Week
from sre_lib.params import Review
from sre_lib.store import file_name
from sre_lib.views import Views, builtin_views


def analysis(review: Review, service: Service, week: Week, archive: Archive) -> tuple[ServiceWeek, Analysis]:
    """Return what the archive holds of a service's week and what was found in it; AWS is not asked.

    Kept in the archive's store by a digest of all that it was made from; a damaged or outdated file is made again.
    Raises ArchiveError where the metrics themselves are damaged.
    """
    looked_at = with_derived(service_week(review, service, week, archive), review.catalog)
    key = key_of(review.name, service, week)
    made_from = digest(looked_at, review.catalog, review.views)
    stored = archive.store.read(key)
    known = memo_file.decode(stored, made_from) if stored else None
    if known is not None:
        return looked_at, known
    found = analyse(looked_at, review.catalog, review.views)
    # An archive that takes no files can still be read: the next one works it out again.
    with suppress(StoreError):
        archive.store.write(key, memo_file.encode(found, made_from))
    return looked_at, found


def key_of(review_name: str, service: Service, week: Week) -> str:
    """Return the key of the stored analysis in the archive's store."""
    return f"{file_name(review_name)}/analysis/service={file_name(service.name)}/week={week.name}.parquet"


def digest(looked_at: ServiceWeek, catalog: Catalog, views: Views | None = None) -> str:
    """Return 64 hexadecimal characters that change with anything that the analysis depends on.

    That is: values, grid and answers of the frame, the hourly values, service, week, events, changes, the views (the
    package's by default), the kinds of its parts as the catalogue has them, the versions of this library and of those
    that compute, and the code of the analysis.
    """
    frame = looked_at.frame
    values = frame.values
    kinds = {part.kind: catalog[part.kind].model_dump_json() for part in looked_at.service.parts}
    context = {
        "versions": [__version__, np.__version__, pd.__version__, scipy.__version__, _code()],
        "service": looked_at.service,
        "week": looked_at.week,
        "events": looked_at.events,
        "changes": looked_at.changes,
        "views": {name: view.model_dump() for name, view in (builtin_views() if views is None else views).items()},
        "kinds": kinds,
        "answers": [[*column, answer] for column, answer in frame.answers.items()],
        "columns": [list(column) for column in values.columns],
        "period_s": frame.period_s,
    }
    made_from = hashlib.blake2s(orjson.dumps(context, option=orjson.OPT_SORT_KEYS))
    made_from.update(pd.DatetimeIndex(values.index).as_unit("s").asi8.tobytes())
    made_from.update(values.to_numpy(dtype=np.float64).tobytes())
    if looked_at.hourly:
        made_from.update(looked_at.hourly.values.to_numpy(dtype=np.float64).tobytes())
    return made_from.hexdigest()


@cache
def _code() -> str:
    """Return a digest of the code of the analysis: a number that someone has to raise would be forgotten."""
    folder = Path(__file__).parent
    ground = [folder.parent / name for name in ("catalog.py", "model.py", "views.py")]
    sources = [*sorted(folder.rglob("*.py")), *sorted(folder.rglob("*.yaml")), *ground]
    content = b"".join(path.relative_to(folder.parent).as_posix().encode() + path.read_bytes() for path in sources)
    return hashlib.blake2s(content).hexdigest()
