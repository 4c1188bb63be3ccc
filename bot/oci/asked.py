"""Image names as people type them, in a terminal or in Slack, with what clings to them taken off."""

import re
from typing import Final

from bot.errors import InvalidReferenceError
from bot.oci.reference import LAYOUT_PREFIX, REFERENCE_MAX, Reference

_LINK = re.compile(r"<(?:https?://)?([^|<>]*)(?:\|([^|<>]*))?>")
"""Slack makes a link of what looks like a host: `<http://quay.io/a/b|quay.io/a/b>`."""

_PREFIXES: Final = ("docker://", "oci://")
_ASKED_MAX: Final = 4 * REFERENCE_MAX
"""Characters; a link holds the name twice, and then there is what clings to it."""


def parse_asked(text: str, *, layouts: bool = False) -> Reference:
    """The image that a person named. `layouts`: `oci:PATH` may be named too, so only on the person's own machine.

    Raises InvalidReferenceError with what to type instead, and, for layouts, RegistryError as `parse_layout` does.
    """
    name = bare(text)
    if name.startswith(LAYOUT_PREFIX):
        return _layout(name, allowed=layouts)
    if name.startswith(("http://", "https://")):
        raise InvalidReferenceError(f"{name[:80]!r} is a web address; write the image's name, e.g. quay.io/a/b:1.0")
    return Reference.parse(name)


def bare(text: str) -> str:
    """The name without spaces, backticks, Slack's link around it, `docker://` and `oci://`."""
    name = text[:_ASKED_MAX].strip().strip("`").strip()
    if link := _LINK.fullmatch(name):
        name = (link[2] or link[1]).strip().rstrip("/")
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _layout(name: str, *, allowed: bool) -> Reference:
    if not allowed:
        raise InvalidReferenceError("layouts on disk (oci:PATH) are read by `provenance check` in a terminal alone")
    from bot.oci.layout import parse_layout  # noqa: PLC0415 - the file system is not wanted where none is allowed

    return parse_layout(name)
