"""Bundles that sigstore-python verifies; it is imported only here, and only when such a bundle is met.

Importing it takes half a second and 55 MB. What it cannot do stands in the other procedures.
https://github.com/sigstore/sigstore-python
"""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.bundles.document import Bundle
from bot.signatures.bundles.signed import signed_digest
from bot.signatures.certificates.chain import roots_of, verify_chain
from bot.signatures.certificates.identity import identity_of
from bot.signatures.certificates.sct import require_known_log, verify_sct
from bot.signatures.keys import supported
from bot.signatures.log.promise import verify_set
from bot.signatures.roots.attempt import first_that_holds
from bot.signatures.roots.root import Trust, TrustedRoot
from bot.signatures.timestamps import verify_timestamps
from bot.signatures.verdict import Verified

if TYPE_CHECKING:
    from sigstore.verify import Verifier

LIBRARY_KINDS: Final = frozenset({"dsse/0.0.1", "hashedrekord/0.0.1", "hashedrekord/0.0.2"})

SAID_MAX: Final = 120
"""Characters of the library's own words that we pass on."""

_CANNOT: Final = ("no Timestamp Authorities", "only supported for", "Unsupported", "unsupported")
"""What the library's refusals begin with, or hold, when it could not tell: no answer, and so no refusal."""


def verify_with_library(bundle: Bundle, data: bytes, leaf: x509.Certificate, digest: str, trust: Trust) -> Verified:
    """Check a bundle with certificate and one proved log entry. Raises RefusedError, UndecidableError."""
    if not isinstance(supported(leaf.public_key()), EllipticCurvePublicKey):
        raise UndecidableError("bundles signed with other than elliptic-curve keys are not supported")
    roots = roots_of(leaf, trust)
    at = first_that_holds(roots, lambda root: _verify(bundle, data, leaf, digest, root))
    return Verified(identity_of(leaf), signed_at=at)


def _verify(bundle: Bundle, data: bytes, leaf: x509.Certificate, digest: str, root: TrustedRoot) -> datetime:
    _require_known_logs(bundle, leaf, root)
    _ask_library(bundle, data, leaf, digest, root)
    # The library believes every authority and log of the root at any time; we also ask whether it was in use then.
    at = _signed_at(bundle, root)
    verify_sct(leaf, verify_chain(leaf, root, at), root)
    return at


def _require_known_logs(bundle: Bundle, leaf: x509.Certificate, root: TrustedRoot) -> None:
    """A log that came after our root is no forgery. The library would say that the signature is wrong."""
    root.logs_of_entry(bundle.verification_material.tlog_entries[0].log_id.key_id)
    require_known_log(leaf, root)


def _ask_library(bundle: Bundle, data: bytes, leaf: x509.Certificate, digest: str, root: TrustedRoot) -> None:
    try:
        from sigstore import errors  # noqa: PLC0415 - heavy, and rarely needed
    except ImportError:
        raise UndecidableError("Sigstore bundles need the extra: pip install 'provenance-bot[sigstore]'") from None
    try:
        _run_library(bundle, data, leaf, digest, root)
    except (RefusedError, UndecidableError, MalformedError):
        raise
    except errors.VerificationError as error:
        said = _said(error)
        if any(word in said for word in _CANNOT) or (_lacks_time(said) and not bundle.verification_material.timestamps):
            raise UndecidableError(said) from error
        raise RefusedError(said) from error
    except Exception as error:
        raise UndecidableError(f"the bundle could not be verified: {_said(error)}") from error


def _run_library(bundle: Bundle, data: bytes, leaf: x509.Certificate, digest: str, root: TrustedRoot) -> None:
    from sigstore.hashes import Hashed  # noqa: PLC0415
    from sigstore.models import Bundle as LibraryBundle  # noqa: PLC0415
    from sigstore_models.common.v1 import HashAlgorithm  # noqa: PLC0415

    verifier = _verifier(root.document)
    same = LibraryBundle.from_json(data)
    if same.signing_certificate != leaf:
        raise MalformedError("the bundle reads differently to two readers")
    sealed = bundle.sealed()
    if sealed is None:
        hashed = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=signed_digest(bundle, digest))
        verifier.verify_artifact(hashed, same, _Anyone())
    elif verifier.verify_dsse(same, _Anyone()) != (sealed.payload_type, sealed.payload):
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


def _signed_at(bundle: Bundle, root: TrustedRoot) -> datetime:
    """The time that the library found: the log's promise, else a time stamp."""
    material = bundle.verification_material
    entry = material.tlog_entries[0].entry()
    if entry.promise and entry.integrated_time:
        return verify_set(entry, root)
    sealed, message = bundle.sealed(), bundle.message_signature
    signature = sealed.signatures[0] if sealed else message.signature if message else b""
    return verify_timestamps(material.timestamps, signature, root)


def _lacks_time(said: str) -> bool:
    return "not enough sources of verified time" in said


def _said(error: Exception) -> str:
    """The first line of what the library said, cut: it quotes the bundle at times."""
    line = (str(error).splitlines() or [""])[0]
    return (line if len(line) <= SAID_MAX else line[:SAID_MAX] + "…") or type(error).__name__
