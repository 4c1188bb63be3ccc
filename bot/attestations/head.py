"""A statement's head: its type, its subjects and its predicate type. The predicate is not read.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
"""

import re
from typing import Final

from msgspec import Struct

from bot.attestations.statement import CYCLONEDX, SPDX, Statement, Subject
from bot.errors import MalformedError, RepeatedKeyError
from bot.oci.ambiguity import by_fold, folded, has_repeated
from bot.oci.documents import fit, parse_plain

SMALL_MAX: Final = 64 * 1024
"""Bytes of a statement that is parsed as a whole at once; a larger one may be about another image."""

SUBJECTS_BYTES_MAX: Final = 1024 * 1024
"""Bytes of all subject lists; GitHub allows 1,024 subjects, BuildKit writes one for each pushed tag."""

COSIGN_CUSTOM: Final = "https://cosign.sigstore.dev/attestation/v1"
"""What `cosign attest` writes without a type; old ones hold an SBOM as text."""


def is_provenance_type(predicate_type: str) -> bool:
    """SLSA provenance of any version, or another type that is called provenance."""
    return "/provenance/" in predicate_type.lower()


_SBOM: Final = re.compile(rf"(?:{re.escape(SPDX)}|{re.escape(CYCLONEDX)})(?:/v?[0-9][0-9A-Za-z.-]*)?")


def is_sbom_type(predicate_type: str) -> bool:
    """SPDX or CycloneDX; a version may follow the type, and nothing else: other readers compare the whole type."""
    return _SBOM.fullmatch(predicate_type) is not None


class Head(Struct, frozen=True):
    """The fields of a statement. `predicate` is the byte where the predicate begins, or None."""

    type: str
    predicate_type: str
    subjects: tuple[Subject, ...]
    predicate: int | None
    is_twofold: bool = False  # a key of the statement itself stands twice

    @property
    def digests(self) -> tuple[str, ...]:
        """The subjects' digests, e.g. sha256:251d…."""
        return tuple(f"{name}:{value}" for subject in self.subjects for name, value in subject.digest.items())

    @property
    def is_provenance(self) -> bool:
        """Whether it is provenance, of whatever version."""
        return is_provenance_type(self.predicate_type)

    @property
    def is_sbom(self) -> bool:
        """Whether it is an SBOM."""
        return is_sbom_type(self.predicate_type)


KEYS_MAX: Final = 32
"""Keys of a statement itself that are read, equal ones included; it has four."""

_KEYS: Final = ("_type", "predicateType", "subject", "predicate")


def head_of(statement: Statement) -> Head:
    """The head of a statement that was read as a whole."""
    return Head(statement.type, statement.predicate_type, statement.subject, None)


def read_small(data: bytes, *, what: str) -> Statement | None:
    """A whole statement with provenance or in SPDX, parsed once: most have a few thousand bytes, and are read.

    None for all others, and for one in which anything is strange: then `read_head` says what.
    """
    if len(data) > SMALL_MAX:
        return None
    try:
        document = parse_plain(data, what=what)
        if not isinstance(document, dict) or not _is_read_whole(str(document.get("predicateType"))):
            return None
        if folded(document, by_fold(_KEYS)) or has_repeated(data.decode()):
            return None
        return fit(document, Statement, what=what)
    except MalformedError:
        return None


def _is_read_whole(predicate_type: str) -> bool:
    return is_provenance_type(predicate_type) or predicate_type.startswith(SPDX)


def read_head(data: bytes, *, what: str) -> Head:
    """The head of a statement. Raises MalformedError when it is not a statement.

    Of equal keys it takes what shows most: the longer predicate, all subjects, the predicate type that we read. Whoever
    collects what is ambiguous is told of them, so that such a statement never passes.
    """
    from bot.attestations.scan import Scan  # noqa: PLC0415 - most statements are small, and parsed as a whole

    scan = Scan(data, what=what)
    found: dict[str, object] = {}
    predicate: int | None = None
    length, left = 0, SUBJECTS_BYTES_MAX
    keys: list[str] = []
    for key in scan.members(*_KEYS, repeated=True):
        keys.append(key)
        if len(keys) > KEYS_MAX:
            raise RepeatedKeyError(f"{what} can be read in two ways: the key {key!r} occurs again and again")
        if key == "predicate":
            start, end = scan.skip()
            if end - start >= length:
                predicate, length = start, end - start
        else:
            begins = scan.at
            value = scan.document(left)
            left -= scan.at - begins
            found[key] = _fuller(found[key], value) if key in found else value
    scan.end()
    statement = fit(found, Statement, what=what)
    twofold = len(keys) > len(set(keys))
    return Head(statement.type, statement.predicate_type, statement.subject, predicate, twofold)


def _fuller(before: object, after: object) -> object:
    if isinstance(before, list) and isinstance(after, list):
        return [*before, *after]
    if isinstance(before, str) and isinstance(after, str):
        return before if _is_read(before) and not _is_read(after) else after
    return after or before


def _is_read(text: str) -> bool:
    return is_provenance_type(text) or is_sbom_type(text) or text.startswith("https://in-toto.io/Statement/")
