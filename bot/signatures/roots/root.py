"""A trusted root: the authorities and logs of one Sigstore instance, and when each was in use.

https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
"""

from datetime import datetime
from typing import Final, Literal

from cryptography import x509
from msgspec import Struct
from pydantic import AwareDatetime

from bot.errors import MalformedError, UndecidableError
from bot.oci.documents import read
from bot.signatures.keys import NamedKey, PublicKey, key_id, read_der
from bot.signatures.protobuf import Base64, LogId, Proto, RawBytes
from bot.signatures.reason import SignatureReason

ROOT_MAX: Final = 1024 * 1024
"""Bytes of a trusted root file; the public one has 7 KB, GitHub's 30 KB."""


class Period(Struct, frozen=True):
    """When an authority or a log may be trusted; both ends belong to it, None = still."""

    start: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether that time lies inside."""
        return self.start <= at and (self.end is None or at <= self.end)


class Log(Struct, frozen=True):
    """A transparency or certificate log. `key` is None for kinds of keys that we cannot use.

    `stated_id` is what the root calls it: newer logs are named by more than their key.
    """

    key_id: bytes
    key: PublicKey | None
    period: Period
    stated_id: bytes

    def is_named(self, log_id: bytes) -> bool:
        """Whether entries that name this id are of this log."""
        return log_id in (self.key_id, self.stated_id)

    @property
    def known_key(self) -> PublicKey:
        """The key. Raises UndecidableError when it is of a kind that we cannot use."""
        if self.key is None:
            raise UndecidableError(
                SignatureReason.UNSUPPORTED, "the log signs with a kind of key that is not supported"
            )
        return self.key


class Authority(Struct, frozen=True):
    """A certificate or time-stamp authority: its chain, the root last."""

    chain: tuple[x509.Certificate, ...]
    period: Period


class TrustedRoot(Struct, frozen=True):
    """One Sigstore instance."""

    name: str
    authorities: tuple[Authority, ...]
    tlogs: tuple[Log, ...]
    ctlogs: tuple[Log, ...]
    timestamp_authorities: tuple[Authority, ...]

    def logs_of_entry(self, log_id: bytes) -> tuple[Log, ...]:
        """The transparency logs of that id. Raises UndecidableError when there is none.

        A log that came after our root is not forged. One key may stand there several times, in use at other times.
        """
        return self._named(self.tlogs, log_id, "the log entry")

    def logs_of_certificate(self, log_id: bytes) -> tuple[Log, ...]:
        """The certificate logs of that id. Raises UndecidableError when there is none."""
        return self._named(self.ctlogs, log_id, "the certificate's timestamp")

    def _named(self, logs: tuple[Log, ...], log_id: bytes, what: str) -> tuple[Log, ...]:
        found = tuple(log for log in logs if log.is_named(log_id))
        if not found:
            raise UndecidableError(
                SignatureReason.UNKNOWN_LOG, f"{what} is of a log that the trusted root {self.name} does not know"
            )
        return found


class Trust(Struct, frozen=True):
    """Everything that a signature may be checked against.

    `notation` holds the certificates of Notation's trust store; `problem` says why `roots` is poorer than wished.
    """

    roots: tuple[TrustedRoot, ...] = ()
    keys: tuple[NamedKey, ...] = ()
    notation: tuple[x509.Certificate, ...] = ()
    problem: str = ""


class _Period(Proto):
    start: AwareDatetime
    end: AwareDatetime | None = None


class _Key(Proto):
    raw_bytes: Base64
    valid_for: _Period


class _Log(Proto):
    public_key: _Key
    log_id: LogId


class _Chain(Proto):
    certificates: tuple[RawBytes, ...]


class _Authority(Proto):
    cert_chain: _Chain
    valid_for: _Period


class _Root(Proto):
    media_type: Literal["application/vnd.dev.sigstore.trustedroot+json;version=0.1"]
    tlogs: tuple[_Log, ...] = ()
    ctlogs: tuple[_Log, ...] = ()
    certificate_authorities: tuple[_Authority, ...] = ()
    timestamp_authorities: tuple[_Authority, ...] = ()


def read_root(data: bytes, *, name: str) -> TrustedRoot:
    """A trusted root from its JSON. Raises MalformedError that names `name` and what does not fit."""
    if len(data) > ROOT_MAX:
        raise MalformedError(f"{name} has {len(data)} bytes, more than ROOT_MAX = {ROOT_MAX}")
    root = read(data, _Root, what=name)
    return TrustedRoot(
        name=name,
        authorities=tuple(_authority(item, name) for item in root.certificate_authorities),
        tlogs=tuple(_log(item, name) for item in root.tlogs),
        ctlogs=tuple(_log(item, name) for item in root.ctlogs),
        timestamp_authorities=tuple(_authority(item, name) for item in root.timestamp_authorities),
    )


def _log(item: _Log, name: str) -> Log:
    period = Period(item.public_key.valid_for.start, item.public_key.valid_for.end)
    try:
        key = read_der(item.public_key.raw_bytes)
    except UndecidableError:
        return Log(b"", None, period, item.log_id.key_id)
    except MalformedError as error:
        raise MalformedError(f"{name}: a log's key is {error}") from error
    return Log(key_id(key), key, period, item.log_id.key_id)


def _authority(item: _Authority, name: str) -> Authority:
    try:
        chain = tuple(x509.load_der_x509_certificate(box.raw_bytes) for box in item.cert_chain.certificates)
    except ValueError as error:
        raise MalformedError(f"{name}: an authority's certificate does not parse") from error
    return Authority(chain, Period(item.valid_for.start, item.valid_for.end))
