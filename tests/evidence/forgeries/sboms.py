"""SBOMs that one reader finds, and another does not."""

from collections.abc import Callable

from bot.attestations.statement import CYCLONEDX, SPDX
from tests.attestations.predicates import statement
from tests.evidence.forging import SBOM, Forger, Forgery, Json, Made

TRICKS: dict[str, Forgery] = {}

CYCLONE: Json = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [{"type": "library", "name": "a", "version": "1"}],
}


def bytes_of(written: Callable[[str], bytes], kind: str = SPDX) -> Forgery:
    """The good image with an SBOM as these bytes, which are made of the image's digest."""

    def forgery(forger: Forger) -> Made:
        good = forger.good()
        layers = [forger.statements(good)[0], forger.statement(written(good.digest), kind)]
        return forger.index(good.on("linux", "amd64"), forger.attestation(good, layers=layers))

    return forgery


def _sbom(predicate: Json, kind: str = SPDX) -> Forgery:
    return bytes_of(lambda digest: statement(predicate, kind, about=digest), kind)


TRICKS |= {
    "sbom_type_with_a_blank": _sbom(SBOM, f"{SPDX} "),
    "sbom_type_with_more": _sbom(SBOM, f"{SPDX}Scan"),
    "sbom_type_of_a_bomb": _sbom(CYCLONE, f"{CYCLONEDX}b"),
    "cyclonedx_said_to_be_spdx": _sbom(CYCLONE),
    "spdx_said_to_be_cyclonedx": _sbom(SBOM, CYCLONEDX),
    "sbom_of_two_formats": _sbom(SBOM | CYCLONE),
    "sbom_beside_an_older_one": _sbom({**SBOM, "packages": [], "Data": SBOM}),
    "spdx_without_a_version": _sbom(SBOM | {"spdxVersion": ""}),
    "spdx_of_a_version_that_is_a_number": _sbom(SBOM | {"spdxVersion": 2.3}),
}


def _with(more: bytes) -> Forgery:
    """The SBOM with these bytes where a member may stand that nobody asks for."""
    return bytes_of(lambda digest: statement(SBOM, about=digest, predicate_type=SPDX).replace(PLACE, more + PLACE))


PLACE = b'"packages":'

TRICKS |= {
    "sbom_with_words": _with(b'"x": [some, words], '),
    "sbom_with_bare_keys": _with(b'"x": {a: 1}, '),
    "sbom_with_single_quotes": _with(b"\"x\": ['a'], "),
    "sbom_with_commas": _with(b'"x": [1,,2], '),
    "sbom_with_nothing_after_a_comma": _with(b'"x": [1,], '),
    "sbom_with_a_nan": _with(b'"x": [NaN], '),
    "sbom_with_half_a_number": _with(b'"x": 1.2.3, '),
    "sbom_with_an_octal_number": _with(b'"x": 01, '),
    "sbom_with_a_control_character": _with(b'"x": "\x01", '),
    "sbom_with_a_broken_line": _with(b'"x": "a\nb", '),
    "sbom_with_a_strange_escape": _with(b'"x": "\\q", '),
    "sbom_that_is_not_utf_8": _with(b'"x": "\xff", '),
    "sbom_with_a_key_that_is_not_utf_8": _with(b'"\xff": 1, '),
    "sbom_with_a_comment": _with(b'"x": [/* none */], '),
}
