"""Who signed: the second slot of the pipeline, filled by a Fulcio certificate or by the keys that a policy names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from msgspec import Struct

from bot.errors import RefusedError, UndecidableError
from bot.signatures.certificates.chain import roots_of, verify_chain
from bot.signatures.certificates.identity import identity_of
from bot.signatures.certificates.sct import verify_sct
from bot.signatures.keys import NamedKey, key_id, supported
from bot.signatures.pipeline import Held, Proved, Signed, SignedContent
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.attempt import first_that_holds
from bot.signatures.roots.root import Trust, TrustedRoot

_NOT_NAMED: Final = "it was signed with a key that the policy does not name"


class CertificateSigner(Struct, frozen=True):
    """A short-lived certificate; only a trusted time tells whether it was valid when it signed."""

    leaf: x509.Certificate

    def check(self, content: SignedContent, trust: Trust) -> Signed:  # noqa: ARG002 - the certificate brings its key
        """The signature fits the certificate's key."""
        return Signed(content.check(supported(self.leaf.public_key())), self.leaf)

    def prove(self, held: Held, trust: Trust) -> Proved:
        """One root that proves it is enough; only roots that name the issuer are asked."""
        at = first_that_holds(roots_of(self.leaf, trust), held)
        return Proved(identity_of(self.leaf), at)

    def require_valid(self, times: tuple[datetime, ...], root: TrustedRoot) -> None:
        """Chain and certificate log, at each time."""
        for at in times:
            verify_sct(self.leaf, verify_chain(self.leaf, root, at), root)


class PolicyKeys(Struct, frozen=True):
    """The keys of the policy; the first that fits names the signer.

    `ids` are the key ids that the signature itself names (Docker does); None where its kind names none. They are a hint
    (DSSE, protocol.md): each key may be the one. But where none of the policy's keys is named, that none fits proves
    nothing: it is for other signatures.
    """

    ids: frozenset[str] | None = None

    def check(self, content: SignedContent, trust: Trust) -> Signed:
        """The signature fits one of the keys. A wrong key and a changed payload look the same.

        A key with which it cannot be checked (an Ed25519 key and a signature over the manifest) may be the one, but it
        does not stand in the way of those behind it.
        """
        unsure: UndecidableError | None = None
        for named in self._keys(trust.keys):
            try:
                return Signed(content.check(named.key), named.key, named.name)
            except RefusedError:
                continue
            except UndecidableError as error:
                unsure = unsure or error
        if unsure is None and not self._names_one_of(trust.keys):
            raise UndecidableError(SignatureReason.NO_KEY, _NOT_NAMED)
        raise unsure or RefusedError(
            SignatureReason.NO_KEY_FITS, "no key of the policy fits: another key signed, or the content was changed"
        )

    def prove(self, held: Held, trust: Trust) -> Proved:
        """No time without a log entry, or when no root of ours knows that log: the key alone proves who signed.

        What a root refuses is still refused.
        """
        refused: RefusedError | None = None
        for root in trust.roots:
            try:
                return Proved(signed_at=held(root))
            except UndecidableError:
                continue
            except RefusedError as error:
                refused = refused or error
        if refused is not None:
            raise refused
        return Proved()

    def require_valid(self, times: tuple[datetime, ...], root: TrustedRoot) -> None:
        """A key has no time."""

    def _keys(self, keys: Sequence[NamedKey]) -> Sequence[NamedKey]:
        """All of them, those that the signature names before the others."""
        if not keys:
            told = "it was signed with a key, and the policy names no key" if self.ids is None else _NOT_NAMED
            raise UndecidableError(SignatureReason.NO_KEY, told)
        return sorted(keys, key=lambda one: not self._names_one_of([one]))

    def _names_one_of(self, keys: Sequence[NamedKey]) -> bool:
        return self.ids is None or any(key_id(one.key).hex() in self.ids for one in keys)
