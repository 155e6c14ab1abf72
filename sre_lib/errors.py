"""What can go wrong, each with one meaning and one sentence for the person who reads it."""


class SreReviewError(Exception):
    """Base of all errors that a user is told about in one sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows for the error; IPython asks for it."""
        return [f"{type(self).__name__}: {self}"]


class UserMistakeError(SreReviewError):
    """Something that the user wrote cannot be used (exit 2): says which field or file, what it got and wants."""


class SourceError(SreReviewError):
    """The source of the metrics could not be read at all (exit 3): says why and what to do next."""


class StoreError(SreReviewError):
    """A file could not be read or written (exit 1): names the file, why, and what to do next."""


class StoreAddressError(StoreError):
    """A place cannot be used as it is named or allowed (exit 2): names it, why, and what to mend."""


class ArchiveError(SreReviewError):
    """A file of the archive is damaged or of a later version: names the file and what to do next."""


class LaterVersionError(ArchiveError):
    """A file of the archive was written by a later version: it is whole, and no other one takes its place."""


class ClusterError(SreReviewError):
    """Nothing more can be run on a cluster (exit 1): says why and what to do next; what was done there is kept."""


class ClusterMistakeError(ClusterError):
    """A cluster cannot be used as it is named or as its workers are (exit 2): says why, and what to mend."""


class WorkersLostError(SreReviewError):
    """The workers that ran one service were lost: the failure of that service alone."""


class StoppedError(SreReviewError):
    """The process was told to end (exit 1): says by what, and what to do next."""
