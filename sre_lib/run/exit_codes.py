"""What an exit code means, the same for every command."""

from sre_lib.errors import (
    ClusterError,
    ClusterMistakeError,
    SourceError,
    SreReviewError,
    StoppedError,
    StoreAddressError,
    StoreError,
)

INCOMPLETE, MISTAKE = 1, 2
"""Written, but something is missing or could not be sent; a mistake of the user, nothing was written."""

_OF_ERRORS = {
    SourceError: 3,
    StoreAddressError: MISTAKE,
    StoreError: 1,
    ClusterMistakeError: MISTAKE,
    ClusterError: 1,
    StoppedError: 1,
}


def exit_code_of(error: Exception) -> int:
    """Return the exit code of an error: 2 a user's mistake, 3 an unreadable source, 1 the rest."""
    rest = MISTAKE if isinstance(error, SreReviewError) else 1
    return next((code for kind, code in _OF_ERRORS.items() if isinstance(error, kind)), rest)
