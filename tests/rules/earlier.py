"""An earlier release of the image that making.py makes, and what could not be looked at."""

from typing import Any, Final

from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.oci.ambiguity import Ambiguity, Twofold
from bot.oci.reference import Reference
from bot.unreadable import UnknownReason
from tests.making import digest, image, platform, reported

EARLIER: Final = Reference.parse("quay.io/acme/app:1.2.2")
REFUSED: Final = Unreadable("401: not allowed", UnknownReason.UNREADABLE)
TWOFOLD: Final = (Ambiguity(Twofold.REPEATED_KEY, digest("index"), "manifests"),)


def earlier(*platforms: PlatformEvidence, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    """Release 1.2.2; with provenance in max mode, SBOM and signature unless changed."""
    return image(*platforms, **({"image": EARLIER} | changes))


BARE: Final = platform(provenance=None, sbom=None, statements=(), attestation_manifests=())
ARM: Final = platform("linux/arm64", provenance=None, sbom=None, statements=(), attestation_manifests=())
LOST: Final = reported(image(BARE), baseline=earlier(platform()))
"""The report on an image that has lost its provenance and its SBOM since 1.2.2."""
