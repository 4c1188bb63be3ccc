"""A good image that is changed in one place passes only if every reader still finds all of its evidence."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.attestations.statement import SLSA_V1, SPDX
from bot.evidence.gather import gather
from bot.report import Verdict
from tests.attestations.predicates import statement
from tests.evidence.building import ATTESTATION, EMPTY
from tests.evidence.buildx_reader import all_see_everything
from tests.evidence.forging import MAX, SBOM, Forger, Made, encode
from tests.evidence.memory import Memory
from tests.evidence.test_forgeries import judged
from tests.evidence.test_mutations import IMAGE, SPELLINGS
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST, descriptor, digest_of

EXAMPLES: Final = 150
DOCUMENTS: Final = ("index", "attestation", "slsa", "spdx")

Change = Callable[[bytes], bytes]

VALUES: Final[tuple[Any, ...]] = (
    *(None, True, 0, 1.5, "", "x", [], {}, [{}], 10**30, "https://slsa.dev/provenance/v1", SPDX),
    *("sha256:" + "ab" * 32, OCI_INDEX, OCI_MANIFEST, "application/octet-stream", "unknown", "linux"),
)
TOKENS: Final = (
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b"\\",
    b" ",
    b"0",
    b"NaN",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"a",
)
_KEY: Final = re.compile(rb'"([^"\\]+)": ?')


def image(which: str, change: Change) -> Forger:
    """The good image, one document of which is changed; all that names it names the changed one."""
    forger = Forger()
    good = forger.good()

    def written(name: str, data: bytes) -> bytes:
        return change(data) if name == which else data

    layers = [
        forger.statement(written(name, statement(predicate, kind, about=good.digest)), kind)
        for name, predicate, kind in (("slsa", MAX, SLSA_V1), ("spdx", SBOM, SPDX))
    ]
    document = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": ATTESTATION}
    document |= {"config": forger.blob(b"{}", EMPTY), "layers": layers, "subject": good.child}
    data = written("attestation", encode(document))
    forger.manifests.append((data, OCI_MANIFEST))
    made = Made(digest_of(data), descriptor(data, OCI_MANIFEST))
    about = made.noted(type="attestation-manifest", digest=good.digest)
    about |= {"platform": {"os": "unknown", "architecture": "unknown"}}
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [good.on("linux", "amd64"), about]}
    forger.manifests.append((written("index", encode(index)), OCI_INDEX))
    return forger


def _nodes(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - JSON is anything
    """Every member of every object and list, as its container and its key."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, member in members for found in ((value, key), *_nodes(member))]


@st.composite
def other_value(draw: st.DrawFn) -> Change:
    """One member is something else, or is not there."""
    at, value, drops = draw(st.integers(0, 200)), draw(st.sampled_from(VALUES)), draw(st.booleans())

    def change(data: bytes) -> bytes:
        document = json.loads(data)
        nodes = _nodes(document)
        holder, key = nodes[at % len(nodes)]
        if drops:
            del holder[key]
        else:
            holder[key] = value
        return json.dumps(document).encode()

    return change


@st.composite
def other_key(draw: st.DrawFn) -> Change:
    """One key is written otherwise, or stands there once more, before or behind."""
    at, spell, value = draw(st.integers(0, 200)), draw(st.sampled_from(SPELLINGS)), draw(st.sampled_from(VALUES))
    once_more = draw(st.booleans())

    def change(data: bytes) -> bytes:
        keys = list(_KEY.finditer(data))
        key = keys[at % len(keys)]
        name = b'"' + spell(key[1].decode()).encode() + b'":'
        if once_more:
            return data[: key.start()] + name + json.dumps(value).encode() + b"," + data[key.start() :]
        return data[: key.start()] + name + data[key.end() :]

    return change


@st.composite
def other_bytes(draw: st.DrawFn) -> Change:
    """Some bytes are others."""
    at, cut, token = draw(st.integers(0, 4000)), draw(st.integers(0, 3)), draw(st.sampled_from(TOKENS))

    def change(data: bytes) -> bytes:
        place = at % (len(data) + 1)
        return data[:place] + token + data[place + cut :]

    return change


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(DOCUMENTS), st.one_of(other_value(), other_key(), other_bytes()))
def test_what_passes_is_seen_by_every_reader(which: str, change: Change) -> None:
    forger = image(which, change)
    if judged(asyncio.run(gather(IMAGE, Memory(forger)))).verdict is Verdict.PASS:
        assert all_see_everything(forger)


def test_without_a_change_it_passes_and_all_is_seen() -> None:
    forger = image("", bytes)
    assert all_see_everything(forger)
    assert judged(asyncio.run(gather(IMAGE, Memory(forger)))).verdict is Verdict.PASS
