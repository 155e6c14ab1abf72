"""An account to look into, and the command that looks: shared by the tests of `sre-review init`."""

from contextlib import contextmanager
from datetime import UTC, datetime

from click.testing import CliRunner

from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.run.cli import main

NOW = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
REGION = "ap-northeast-1"


@contextmanager
def account(backend, *denied):
    """Serve an account; yield a function that calls the command on it."""
    faults = Faults(*(Fault("refused", "AccessDeniedException", action=each) for each in denied))
    with serve(backend, NOW, faults) as url:

        def init(*arguments, name="shop"):
            options = ("--region", REGION, "--endpoint", url, "--name", name, "--now", NOW.isoformat())
            return CliRunner().invoke(main, ["init", *arguments, *options])

        yield init


def files(folder):
    """Return the text of every file in a folder but git's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git/" not in path.as_posix()
    }
