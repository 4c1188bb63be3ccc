"""The image's names, platforms and signers, filled in where advice says IMAGE, PLATFORMS, ISSUER and the like."""

import re
from datetime import date, timedelta
from functools import cached_property
from shlex import quote
from typing import Final

from msgspec import Struct

from bot.check.known import Known, known_of
from bot.context import Context
from bot.evidence import Evidence
from bot.oci.reference import LAYOUT_PREFIX, Reference, is_digest
from bot.remedies.example import EXAMPLES
from bot.remedies.login import for_registry
from bot.remedies.signing_by_system import WITH_KEY

EXAMPLE: Final = Reference.parse("quay.io/acme/app:1.2.3")
"""Stands for an image in a layout on disk: that one has no name that other tools could be asked by."""

WAIVED_FOR: Final = timedelta(days=90)
"""How long a waiver that is offered lasts."""

_PLACE: Final = re.compile(
    r"\b(IMAGE@DIGEST|IMAGE|REPOSITORY|REGISTRY|PLATFORMS|EACH_PLATFORM|ISSUER|SUBJECT|SOURCES|KEY"
    r"|FIRST_DIGEST|SISTER|LACKING|MISSING|UNTIL)\b"
)


class ImageNames(Struct, frozen=True, dict=True):
    """What the places in advice about one image stand for. `today` (UTC) begins the waiver that is offered."""

    context: Context
    today: date

    def to_paste(self, text: str) -> str:
        """A snippet for that image; it is about the tag, whatever digest was asked for."""
        return self._filled(text, self._image, str(self._image).partition("@")[0])

    def to_verify(self, text: str) -> str:
        """Commands that look at that image. A layout's path may hold anything, and only we can look at it."""
        evidence = self.context.evidence
        if _is_layout(evidence):
            return f"provenance check {quote(str(evidence.image))}\n" if text else ""
        return self._filled(text, evidence.image, str(evidence.image))

    @property
    def _image(self) -> Reference:
        return EXAMPLE if _is_layout(self.context.evidence) else self.context.evidence.image

    @cached_property
    def _known(self) -> Known:
        """Made once for all advice about the image."""
        return known_of(self.context)

    def _filled(self, text: str, image: Reference, name: str) -> str:
        known = self._known
        text = for_registry(WITH_KEY.get(text, text) if known.key else text, image.registry)
        if _PLACE.search(text) is None:
            return text
        names = {
            "IMAGE": name,
            "IMAGE@DIGEST": f"{name.partition('@')[0]}@{self.context.evidence.digest}",
            "REPOSITORY": image.name,
            "REGISTRY": image.registry,
            "PLATFORMS": ",".join(known.platforms),
            "EACH_PLATFORM": _each(image.name, known),
            "ISSUER": known.issuer,
            "SUBJECT": known.subject,
            "SOURCES": known.sources,
            "KEY": known.key,
            "SISTER": _sister(self.context),
            "LACKING": _lacking(self.context),
            "FIRST_DIGEST": _first_digest(self.context),
            "MISSING": _missing(self.context),
            "UNTIL": (self.today + WAIVED_FOR).isoformat(),
        }
        return _PLACE.sub(lambda place: names[place[1]], text)


def _is_layout(evidence: Evidence) -> bool:
    return str(evidence.image).startswith(LAYOUT_PREFIX)


def _sister(context: Context) -> str:
    """The first place that has the tag and another digest, or else the first one that has it."""
    there = [other.found for other in context.same_tag if isinstance(other.found, Evidence)]
    there.sort(key=lambda other: other.digest == context.evidence.digest)
    return next((str(other.image) for other in there), EXAMPLES["SISTER"])


def _lacking(context: Context) -> str:
    """The first place that answered that it does not have the tag."""
    return next((str(other.image) for other in context.same_tag if other.found is None), EXAMPLES["LACKING"])


def _first_digest(context: Context) -> str:
    """What the tag stood for first."""
    first = context.moved_from
    return first if isinstance(first, str) and is_digest(first) else EXAMPLES["FIRST_DIGEST"]


def _missing(context: Context) -> str:
    """The first image of the release that did not come; it has a tag."""
    return next(iter(context.release.not_seen if context.release else ()), EXAMPLES["MISSING"])


def _each(name: str, known: Known) -> str:
    """The digests of builds of single platforms, as variables of a shell: "quay.io/acme/app@$LINUX_AMD64"."""
    variables = (re.sub(r"[^A-Z0-9]", "_", platform.upper()) for platform in known.platforms)
    return " ".join(f'"{name}@${variable}"' for variable in variables)
