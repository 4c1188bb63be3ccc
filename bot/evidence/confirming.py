"""Whether a thing that calls itself an artifact has a configuration that no image has; one blob is asked for it."""

from typing import Final

from msgspec import Struct

from bot.errors import MalformedError
from bot.evidence import Artifact, Unreadable
from bot.evidence.alone import with_subject
from bot.evidence.artifacts import is_of_an_image
from bot.evidence.asking import Asking, Gone, aside
from bot.evidence.document import Described
from bot.evidence.options import CONFIG_MAX, Limit
from bot.evidence.runnable import EMPTY_CONFIG
from bot.oci.manifest import Content
from bot.unreadable import gone, unreadable

NOT_ASKED: Final = "provenance and SBOM are not asked for"


class Confirmed(Struct, frozen=True):
    """What the artifact is, or None when it may be an image after all, or nobody could see."""

    artifact: Artifact | None = None
    notes: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


async def confirm(found: Described, asking: Asking) -> Confirmed:
    """Look at the configuration of what calls itself an artifact. Raises nothing."""
    artifact, config = found.artifact, found.config
    if artifact is None or config is None:
        return Confirmed(notes=found.notes)
    if artifact.is_evidence:  # whatever its configuration holds: it never passes
        return _is(await with_subject(artifact, asking))
    if config.digest == EMPTY_CONFIG:
        return _is(artifact)
    match (await asking.blobs([(config, Limit(CONFIG_MAX, "CONFIG_MAX"))]))[config.digest]:
        case Unreadable() as failed:
            return Confirmed(notes=found.notes, unreadable=(failed,))
        case Gone():
            lost = gone(f"the configuration of {artifact.name}", config.digest)
            return Confirmed(notes=found.notes, unreadable=(lost,))
        case Content() as content:
            return await _read(artifact, content, found.notes)


async def _read(artifact: Artifact, content: Content, notes: tuple[str, ...]) -> Confirmed:
    try:
        forged = await aside(content.data, is_of_an_image, content)
    except MalformedError as error:
        return Confirmed(notes=notes, unreadable=(unreadable(error, content.digest),))
    if forged:
        told = "but its configuration is that of an image, so nothing is left out for it"
        return Confirmed(notes=(f"this calls itself {artifact.name}, {told}",))
    return _is(artifact)


def _is(artifact: Artifact) -> Confirmed:
    if artifact.is_evidence:
        about = f" about {artifact.about}" if artifact.about else ""
        return Confirmed(artifact, (f"this is {artifact.name}{about} and not an image",))
    return Confirmed(artifact, (f"this is {artifact.name} and not an image: {NOT_ASKED}",))
