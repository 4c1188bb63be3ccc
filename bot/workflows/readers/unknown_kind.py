"""Files that are fine, and not for us."""

from bot.errors import MalformedError
from bot.workflows.model import CiFile
from bot.workflows.places import is_other_pipeline, is_unread


class UnknownKindError(MalformedError):
    """It parses, and is not one of the files that we read."""


def is_passed_over(read: CiFile | MalformedError, path: str) -> bool:
    """Whether a file of a folder is left out without a word, by what reading it gave and its path in the repository.

    Pipelines of other CI systems may be templates, which are not YAML.
    """
    told_nothing = is_other_pipeline(path) or is_unread(path.rpartition("/")[2])
    return isinstance(read, UnknownKindError) or (isinstance(read, MalformedError) and told_nothing)
