"""The image's names, platforms and signers, filled in where advice says IMAGE, PLATFORMS, ISSUER and the like."""

import re
from datetime import date, timedelta
from shlex import quote
from typing import Final

from bot.check.known import Known, known_of
from bot.context import Context
from bot.evidence import Evidence
from bot.oci.reference import LAYOUT_PREFIX, Reference
from bot.remedies.login import for_registry
from bot.remedies.signing_by_system import WITH_KEY

EXAMPLE: Final = Reference.parse("quay.io/acme/app:1.2.3")
"""Stands for an image in a layout on disk: that one has no name that other tools could be asked by."""

WAIVED_FOR: Final = timedelta(days=90)
"""How long a waiver that is offered lasts."""

_PLACE: Final = re.compile(
    r"\b(IMAGE@DIGEST|IMAGE|REPOSITORY|REGISTRY|PLATFORMS|EACH_PLATFORM|ISSUER|SUBJECT|SOURCES|KEY|UNTIL)\b"
)


def to_paste(text: str, context: Context, today: date) -> str:
    """A snippet for that image; it is about the tag, whatever digest was asked for."""
    evidence = context.evidence
    image = EXAMPLE if _is_layout(evidence) else evidence.image
    return _filled(text, image, str(image).partition("@")[0], context, today)


def to_verify(text: str, context: Context, today: date) -> str:
    """Commands that look at that image. A layout's path may hold anything, and only we can look at it."""
    evidence = context.evidence
    if _is_layout(evidence):
        return f"provenance check {quote(str(evidence.image))}\n" if text else ""
    return _filled(text, evidence.image, str(evidence.image), context, today)


def _is_layout(evidence: Evidence) -> bool:
    return str(evidence.image).startswith(LAYOUT_PREFIX)


def _filled(text: str, image: Reference, name: str, context: Context, today: date) -> str:
    known = known_of(context)
    text = for_registry(WITH_KEY.get(text, text) if known.key else text, image.registry)
    names = {
        "IMAGE": name,
        "IMAGE@DIGEST": f"{name.partition('@')[0]}@{context.evidence.digest}",
        "REPOSITORY": image.name,
        "REGISTRY": image.registry,
        "PLATFORMS": ",".join(known.platforms),
        "EACH_PLATFORM": _each(image.name, known),
        "ISSUER": known.issuer,
        "SUBJECT": known.subject,
        "SOURCES": known.sources,
        "KEY": known.key,
        "UNTIL": (today + WAIVED_FOR).isoformat(),
    }
    return _PLACE.sub(lambda place: names[place[1]], text)


def _each(name: str, known: Known) -> str:
    """The digests of builds of single platforms, as variables of a shell: "quay.io/acme/app@$LINUX_AMD64"."""
    variables = (re.sub(r"[^A-Z0-9]", "_", platform.upper()) for platform in known.platforms)
    return " ".join(f'"{name}@${variable}"' for variable in variables)
