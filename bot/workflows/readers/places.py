"""Which files of a repository are CI files, by their path alone."""

import re

_CI_FILE = re.compile(
    r"""workflows/[^/]+\.ya?ml
    | (?:.*/)?(?:
        \.(?:github|gitea|forgejo)/(?:workflows|actions/.+)/[^/]+\.ya?ml
        | action\.ya?ml
        | (?:docker-)?compose[^/]*\.ya?ml
        | (?:docker-)?bake[^/]*\.(?:hcl|json)
        | \.gitlab-ci[^/]*\.ya?ml | \.gitlab/.+\.ya?ml
        | (?:GNU)?[Mm]akefile | [^/]+\.mk
        | [^/]+\.(?:sh|bash)
    )""",
    re.VERBOSE,
)


def is_ci_file(path: str) -> bool:
    """Whether a path, that begins with the name of the folder which a person named, is one that we look at.

    A folder called workflows holds workflows, also when its parents were left out.
    """
    return _CI_FILE.fullmatch(path) is not None
