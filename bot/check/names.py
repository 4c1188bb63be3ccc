"""The image's names, filled in where advice says IMAGE, IMAGE@DIGEST or REPOSITORY."""

import re
from shlex import quote
from typing import Final

from bot.evidence import Evidence
from bot.oci.reference import LAYOUT_PREFIX, Reference

EXAMPLE: Final = Reference.parse("quay.io/acme/app:1.2.3")
"""Stands for an image in a layout on disk: that one has no name that other tools could be asked by."""

_PLACE: Final = re.compile(r"\b(IMAGE@DIGEST|IMAGE|REPOSITORY)\b")


def to_paste(text: str, evidence: Evidence) -> str:
    """A snippet for that image; it is about the tag, whatever digest was asked for."""
    image = EXAMPLE if _is_layout(evidence) else evidence.image
    return _filled(text, image, str(image).partition("@")[0], evidence.digest)


def to_verify(text: str, evidence: Evidence) -> str:
    """Commands that look at that image. A layout's path may hold anything, and only we can look at it."""
    if _is_layout(evidence):
        return f"provenance check {quote(str(evidence.image))}\n" if text else ""
    return _filled(text, evidence.image, str(evidence.image), evidence.digest)


def _is_layout(evidence: Evidence) -> bool:
    return str(evidence.image).startswith(LAYOUT_PREFIX)


def _filled(text: str, image: Reference, name: str, digest: str) -> str:
    names = {"IMAGE": name, "REPOSITORY": image.name, "IMAGE@DIGEST": f"{name.partition('@')[0]}@{digest}"}
    return _PLACE.sub(lambda place: names[place[1]], text)
