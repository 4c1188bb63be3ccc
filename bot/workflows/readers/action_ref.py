"""`uses:` of a step: which action, and which version of it.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses
"""

import re

from bot.workflows.builds import Action
from bot.workflows.nodes import Scalar
from bot.workflows.text import Place, SourceText
from bot.workflows.versions import read_version

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COMMENT = re.compile(r"['\"]?[ \t]+#[^\n]*?\bv?(\d+(?:\.\d+){1,2})\b")
_MAJOR = re.compile(r"['\"]?[ \t]+#[^\n]*?\bv(\d+)\b")
"""A comment that names only a major version tells the oldest it may be: bots move the commit on and leave it."""


def read_uses(source: SourceText, uses: Scalar) -> Action | None:
    """The action, or None for local, image and unresolved ones. Beside a commit, the comment tells the version."""
    name, at, ref = uses.value.partition("@")
    if not at or name.startswith((".", "docker:")) or "$" in uses.value:
        return None
    written = source.text.find("@", uses.place.start, uses.place.end) + 1
    ref_place = Place(written, written + len(ref))
    pinned = _COMMIT.fullmatch(ref) is not None
    version, line_end = read_version(ref), source.line_end
    if pinned and (comment := _COMMENT.match(source.text, ref_place.end, line_end(ref_place.end))):
        version = read_version(comment[1])
    since = version
    if pinned and version is None and (comment := _MAJOR.match(source.text, ref_place.end, line_end(ref_place.end))):
        since = read_version(comment[1])
    return Action(name.lower(), ref, version, uses.place, ref_place, pinned, since)
