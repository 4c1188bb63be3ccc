"""What each tool finds of an image in a fake registry."""

from bot.context import Context, Expected
from bot.evidence import Evidence
from bot.readers.reader import EvidenceKind, Reader
from bot.readers.seeing import Sight
from bot.rules.sights import sights
from bot.values import replace
from tests.private_sigstore import PrivateSigstore
from tests.signatures.signing import Signed

SIGSTORE = PrivateSigstore()
SLSA = "https://slsa.dev/provenance/v1"
SPDX = "https://spdx.dev/Document"


def seen(evidence: Evidence, *readers: Reader, **expected: object) -> dict[Reader, dict[EvidenceKind, Sight]]:
    """Each tool's sights, of all tools when none is named."""
    told = Expected(readers=readers or tuple(Reader), **expected)  # type: ignore[arg-type]
    return {one.reader: dict(one.sights) for one in sights(Context(evidence, told))}


def who(evidence: Evidence, kind: EvidenceKind, state: str) -> set[str]:
    """The tools of which that is true."""
    return {reader.value for reader, each in seen(evidence).items() if each[kind].state == state}


async def looked(signed: Signed) -> Evidence:
    """What there is, and GitHub has nothing."""
    return replace(await signed.found(SIGSTORE.trust()), code_host_asked=True)
