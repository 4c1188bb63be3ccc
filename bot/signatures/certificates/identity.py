"""Who a Fulcio certificate names: the subject, who vouched for it, and what else it says.

https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
"""

from typing import Final

from cryptography import x509
from msgspec import Struct

from bot.errors import UndecidableError
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import SOURCE

TEXT_MAX: Final = 2048
"""Characters of one field of a certificate; workflow URLs have about 120."""

_FULCIO: Final = "1.3.6.1.4.1.57264.1"

CLAIMS: Final = {
    "9": "build-signer-uri",
    "10": "build-signer-digest",
    "11": "runner-environment",
    "12": SOURCE,
    "13": "source-revision",
    "14": "source-ref",
    "18": "build-config-uri",
    "19": "build-config-digest",
    "20": "build-trigger",
    "21": "run",
    "22": "source-visibility",
    "23": "deployment-environment",
}
"""The last number of the extension, and the word we use for it; all are DER UTF8Strings."""

_GITHUB: Final = "https://token.actions.githubusercontent.com"
"""GitHub's issuer; one of an enterprise has a path behind it."""


class Identity(Struct, frozen=True):
    """`subject` is a URI, an e-mail address or a user name; `issuer` the URL of who vouched for it."""

    subject: str
    issuer: str
    claims: tuple[tuple[str, str], ...] = ()


def identity_of(certificate: x509.Certificate) -> Identity:
    """What the certificate says about the signer. Raises UndecidableError when it names nobody, or several."""
    extensions = {
        extension.oid.dotted_string: extension.value.value
        for extension in certificate.extensions
        if isinstance(extension.value, x509.UnrecognizedExtension)
    }
    newer = extensions.get(f"{_FULCIO}.8")
    issuer = _raw(extensions.get(f"{_FULCIO}.1", b"")) if newer is None else _utf8(newer)
    claims = {word: _utf8(extensions.get(f"{_FULCIO}.{number}", b"")) for number, word in CLAIMS.items()}
    claims[SOURCE] = claims[SOURCE] or _older_source(issuer, _raw(extensions.get(f"{_FULCIO}.5", b"")))
    return Identity(_subject(certificate), issuer, tuple((word, text) for word, text in claims.items() if text))


def _older_source(issuer: str, repository: str) -> str:
    """Until 2023, certificates named a repository of GitHub as `owner/name`, and no other host's."""
    return f"https://github.com/{repository}" if repository and f"{issuer}/".startswith(f"{_GITHUB}/") else ""


def _subject(certificate: x509.Certificate) -> str:
    try:
        names = list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        raise UndecidableError(SignatureReason.NO_SIGNER, "the certificate names no signer") from None
    if len(names) != 1:
        raise UndecidableError(SignatureReason.NO_SIGNER, f"the certificate names {len(names)} signers instead of one")
    name, text = names[0], ""
    if isinstance(name, x509.UniformResourceIdentifier | x509.RFC822Name):
        text = _bounded(name.value)
    elif isinstance(name, x509.OtherName) and name.type_id.dotted_string == f"{_FULCIO}.7":
        text = _utf8(name.value)
    if not text:
        raise UndecidableError(
            SignatureReason.NO_SIGNER, "the certificate names its signer in a way that is not supported"
        )
    return text


def _utf8(der: bytes) -> str:
    """The text of a DER UTF8String: tag 12, length, bytes; "" when it is anything else."""
    if len(der) < 2 or der[0] != 0x0C:  # noqa: PLR2004 - tag and length
        return ""
    length, start = der[1], 2
    if length > 0x80:  # noqa: PLR2004 - long form: the low bits count the bytes of the length
        start = 2 + (length & 0x7F)
        length = int.from_bytes(der[2:start], "big")
    return _raw(der[start:]) if len(der) == start + length else ""


def _raw(data: bytes) -> str:
    return _bounded(data.decode("utf-8", "replace"))


def _bounded(text: str) -> str:
    if len(text) > TEXT_MAX:
        raise UndecidableError(
            SignatureReason.OVER_LIMIT, f"a field of the certificate is longer than TEXT_MAX = {TEXT_MAX} characters"
        )
    return text
