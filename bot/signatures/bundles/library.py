"""A second opinion on bundles: sigstore-python. It is imported only here, and only when such a bundle is met.

Importing it takes half a second and 55 MB. It is asked last, when our own steps hold; so nothing is decided by the
words of its refusals. https://github.com/sigstore/sigstore-python
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bot.errors import MalformedError, UndecidableError
from bot.signatures.bundles.document import Bundle
from bot.signatures.bundles.library_root import library_root
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import TrustedRoot

if TYPE_CHECKING:
    from sigstore.verify import Verifier

LIBRARY_KINDS: Final = frozenset({"dsse/0.0.1", "hashedrekord/0.0.1", "hashedrekord/0.0.2"})
"""Kinds of log entries that the library reads."""

SAID_MAX: Final = 120
"""Characters of the library's own words that we pass on."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """The library's verdict on a bundle with a certificate and one proved log entry."""

    bundle: Bundle
    data: bytes = field(repr=False)
    leaf: x509.Certificate
    digest: str

    def __call__(self, root: TrustedRoot) -> None:
        """Raises UndecidableError when the library does not agree, MalformedError when it reads something else.

        It cannot use roots without certificate logs, such as GitHub's.
        """
        if not root.ctlogs:
            return
        if not isinstance(self.leaf.public_key(), EllipticCurvePublicKey):
            raise UndecidableError(
                SignatureReason.UNSUPPORTED, "bundles signed with other than elliptic-curve keys are not supported"
            )
        try:
            import sigstore  # noqa: F401, PLC0415 - heavy, and rarely needed
        except ImportError:
            raise UndecidableError(
                SignatureReason.LIBRARY_MISSING,
                "the package sigstore is missing from this installation: install provenance-bot again",
            ) from None
        try:
            self._ask(root)
        except MalformedError:
            raise
        except Exception as error:
            said = f"sigstore-python does not agree: {_said(error)}"
            raise UndecidableError(SignatureReason.SECOND_OPINION, said) from error

    def _ask(self, root: TrustedRoot) -> None:
        from sigstore.hashes import Hashed  # noqa: PLC0415
        from sigstore.models import Bundle as LibraryBundle  # noqa: PLC0415
        from sigstore_models.common.v1 import HashAlgorithm  # noqa: PLC0415

        verifier = _verifier(library_root(root))
        same = LibraryBundle.from_json(self.data)
        if same.signing_certificate != self.leaf:
            raise MalformedError("the bundle reads differently to two readers")
        envelope = self.bundle.decoded()
        if envelope is None:
            hashed = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=bytes.fromhex(self.digest.partition(":")[2]))
            verifier.verify_artifact(hashed, same, _Anyone())
        elif verifier.verify_dsse(same, _Anyone()) != (envelope.payload_type, envelope.payload):
            raise MalformedError("the bundle reads differently to two readers")


class _Anyone:
    """The library's policy: identities are matched by the rules, against patterns that it does not know."""

    def verify(self, cert: x509.Certificate) -> None:
        """No objection."""


@lru_cache(maxsize=8)
def _verifier(document: bytes) -> "Verifier":
    from sigstore.models import TrustedRoot as LibraryRoot  # noqa: PLC0415
    from sigstore.verify import Verifier  # noqa: PLC0415
    from sigstore_models.trustroot import v1  # noqa: PLC0415

    return Verifier(trusted_root=LibraryRoot(v1.TrustedRoot.from_json(document)))


def _said(error: Exception) -> str:
    """The first line of what the library said, cut: it quotes the bundle at times."""
    line = (str(error).splitlines() or [""])[0]
    return (line if len(line) <= SAID_MAX else line[:SAID_MAX] + "…") or type(error).__name__
