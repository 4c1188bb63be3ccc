"""Scripts without an ending that a CI file runs by their path, in whatever folder they are."""

import re
from collections.abc import Iterator
from typing import Final

from bot.workflows.model import CiFile, FileKind

_RUNNERS: Final = frozenset(
    {FileKind.GITHUB, FileKind.COMPOSITE, FileKind.GITLAB, FileKind.OTHER_CI, FileKind.MAKE, FileKind.TASKFILE}
)
_SCRIPTS_MAX: Final = 100
"""Scripts of one file that are looked for on disk."""
_PATH: Final = re.compile(
    r"(?:(?<![\w./$}-])\./"
    r"|\b(?:ba|da|k|z)?sh[ \t]+(?:-[a-z]+[ \t]+)*(?:\./)?"
    r"|^[ \t]*(?:-[ \t]+)?(?:run:[ \t]*)?(?=[\w-]+/))"
    r"([\w-]+(?:/[\w-]+)*)(?![\w./*-])",
    re.MULTILINE,
)
"""`./devel/build`, `bash devel/build`, and a line that begins with such a path."""
_OF_BUILD_TOOLS: Final = frozenset({"gradlew", "mvnw", "configure"})
"""Scripts that their tools have written: what they do is known."""


def scripts_run_by(file: CiFile) -> Iterator[str]:
    """The paths as `./…`, each once: some may not be there, or may be no scripts."""
    if file.kind not in _RUNNERS:
        return
    found = dict.fromkeys(one[1] for one in _PATH.finditer(file.source.text))
    paths = [path for path in found if path.rpartition("/")[2] not in _OF_BUILD_TOOLS]
    yield from (f"./{path}" for path in paths[:_SCRIPTS_MAX])
