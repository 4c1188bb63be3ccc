"""Image names as people type or paste them, in a terminal, in Slack or on a page."""

import re
from typing import Final

from bot.errors import InvalidReferenceError
from bot.oci.pasted import from_address, without_command
from bot.oci.reference import LAYOUT_PREFIX, REFERENCE_MAX, Reference
from bot.oci.transports import refuse_other_transports, refuse_path

_LINK = re.compile(r"<([^|<>]*)(?:\|([^|<>]*))?>")
"""Slack makes a link of what looks like a host: `<http://quay.io/a/b|quay.io/a/b>`."""

_AROUND: Final = "`\"' \t\r\n"
_PREFIXES: Final = ("docker://", "oci://")
_ASKED_MAX: Final = 4 * REFERENCE_MAX
"""Characters; a link holds the name twice, and then there is what clings to it."""


def parse_asked(text: str, *, layouts: bool = False) -> Reference:
    """The image that a person named. `layouts`: `oci:PATH` may be named too, so only on the person's own machine.

    Raises InvalidReferenceError with what to type instead, and, for layouts, RegistryError as `parse_layout` does.
    """
    name = bare(text)
    refuse_other_transports(name)
    if layouts:
        refuse_path(name)
    if name.startswith(LAYOUT_PREFIX):
        return _layout(name, allowed=layouts)
    return Reference.parse(from_address(name))


def bare(text: str) -> str:
    """The name without a pull command, spaces, quotes, Slack's link around it, `docker://` and `oci://`."""
    name = text[:_ASKED_MAX].strip(_AROUND)
    words = name.split()
    if (left := without_command(words)) != words:
        name = " ".join(left).strip(_AROUND)
    if link := _LINK.match(name):
        label = (link[2] or "").strip()
        shown = (label if label and not re.search(r"\s|…", label) else link[1]).strip().rstrip("/")
        name = shown + name[link.end() :]  # Slack may take the tag for what follows an address
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _layout(name: str, *, allowed: bool) -> Reference:
    if not allowed:
        raise InvalidReferenceError(
            "layouts on disk (oci:PATH) are read in a terminal alone, as an argument or from a list of names"
        )
    from bot.oci.layout import parse_layout  # noqa: PLC0415 - the file system is not wanted where none is allowed

    return parse_layout(name)
