"""The one table of tools: what each looks at, in which version, and where that was read.

`provenance check` says what follows from it for an image. docs/policy.md shows it, and a test compares the two.
"""

from collections.abc import Mapping
from typing import Final

from bot.readers.of_docker import BUILDX, SCOUT
from bot.readers.of_registries import HARBOR, NOTATION, ORAS
from bot.readers.of_sigstore import COSIGN_2, COSIGN_3, GH, KYVERNO_BUNDLE, KYVERNO_COSIGN, POLICY_CONTROLLER
from bot.readers.reader import Reader
from bot.readers.row import ReaderRow

ROWS: Final[Mapping[Reader, ReaderRow]] = {
    Reader.COSIGN_2: COSIGN_2,
    Reader.COSIGN_3: COSIGN_3,
    Reader.GH_ATTESTATION: GH,
    Reader.KYVERNO_COSIGN: KYVERNO_COSIGN,
    Reader.KYVERNO_SIGSTORE_BUNDLE: KYVERNO_BUNDLE,
    Reader.POLICY_CONTROLLER: POLICY_CONTROLLER,
    Reader.BUILDX_IMAGETOOLS: BUILDX,
    Reader.DOCKER_SCOUT: SCOUT,
    Reader.ORAS_DISCOVER: ORAS,
    Reader.NOTATION: NOTATION,
    Reader.HARBOR: HARBOR,
}
