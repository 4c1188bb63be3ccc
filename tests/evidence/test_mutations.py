"""Indexes mutated at random: whatever a Go program may choose was judged, or the verdict is not `pass`."""

import asyncio
from collections.abc import Callable
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evidence.gather import gather
from bot.oci.reference import Reference
from bot.report import Verdict
from tests.evidence.forgeries.table import ARM, FOREIGN, UNKNOWN, honest
from tests.evidence.forging import Forger, Json, Made, Pairs, encode
from tests.evidence.go_reader import UnreadableError, candidates, read_index
from tests.evidence.memory import Memory
from tests.evidence.test_forgeries import judged
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST

IMAGE: Final = Reference.parse("quay.io/acme/app:1")
SYSTEMS: Final = (("linux", "amd64"), ("linux", "arm64"), ("windows", "amd64"))
EXAMPLES: Final = 150

Mutation = Callable[[Pairs, Made], Pairs]
"""Gets an index and the evil image; the mutated index."""

SPELLINGS: Final[tuple[Callable[[str], str], ...]] = (
    str,
    str.upper,
    str.capitalize,
    lambda key: key.replace("s", "\u017f", 1),
    lambda key: key[:-1] + f"\\u{ord(key[-1]):04x}",
)
PLATFORMS: Final[tuple[Json, ...]] = (
    None,
    {},
    UNKNOWN,
    ARM,
    {"os": "linux", "architecture": "amd64"},
    {"os": "Linux", "architecture": "x86_64"},
)
TYPES: Final = (OCI_INDEX, OCI_MANIFEST, "application/json", "", None)
NOTES: Final[tuple[dict[str, str], ...]] = (
    {},
    {"vnd.docker.reference.type": FOREIGN},
    {"vnd.docker.reference.type": "attestation-manifest"},
)

spellings = st.sampled_from(SPELLINGS)
places = st.integers(0, 4)


def _children(index: Pairs) -> list[Json]:
    return list(next((value for key, value in index.items if key == "manifests" and isinstance(value, list)), []))


def _with_children(index: Pairs, children: list[Json]) -> Pairs:
    return Pairs(tuple((key, children if key == "manifests" else value) for key, value in index.items))


def _placed(items: tuple[tuple[str, Json], ...], at: int, member: tuple[str, Json]) -> Pairs:
    return Pairs((*items[:at], member, *items[at:]))


@st.composite
def evil_child(draw: st.DrawFn) -> Mutation:
    """One child more, which is the evil image."""
    at, platform, note = draw(places), draw(st.sampled_from(PLATFORMS)), draw(st.sampled_from(NOTES))
    media_type, has_platform = draw(st.sampled_from(TYPES)), draw(st.booleans())

    def mutate(index: Pairs, evil: Made) -> Pairs:
        child = evil.child | {"mediaType": media_type, "annotations": note}
        child |= {"platform": platform} if has_platform else {}
        children = _children(index)
        return _with_children(index, [*children[:at], child, *children[at:]])

    return mutate


@st.composite
def second_list(draw: st.DrawFn) -> Mutation:
    """The list of children under another key, or under the same."""
    spell, at, platform = draw(spellings), draw(places), draw(st.sampled_from(PLATFORMS))
    return lambda index, evil: _placed(index.items, at, (spell("manifests"), [evil.child | {"platform": platform}]))


@st.composite
def second_member(draw: st.DrawFn) -> Mutation:
    """A child that has a key twice, with the evil image's value."""
    spell, at, where = draw(spellings), draw(places), draw(places)
    key = draw(st.sampled_from(("digest", "platform", "mediaType", "size")))
    platform = draw(st.sampled_from(PLATFORMS))

    def mutate(index: Pairs, evil: Made) -> Pairs:
        children = _children(index)
        if where >= len(children):
            return index
        value = evil.child.get(key, platform)
        child = children[where]
        items = child.items if isinstance(child, Pairs) else tuple(child.items())
        children[where] = _placed(items, at, (spell(key), value))
        return _with_children(index, children)

    return mutate


@st.composite
def other_key(draw: st.DrawFn) -> Mutation:
    """A key of the index itself, written otherwise, or one of a manifest beside it."""
    spell, at = draw(spellings), draw(places)
    key, value = draw(
        st.sampled_from(
            [("mediaType", OCI_MANIFEST), ("mediaType", OCI_INDEX), ("config", {}), ("layers", []), ("x", 1)]
        )
    )
    return lambda index, _: _placed(index.items, at, (spell(key), value))


@st.composite
def dropped(draw: st.DrawFn) -> Mutation:
    """A key that is written otherwise and not beside the right one, or not at all."""
    spell, key, keeps = draw(spellings), draw(st.sampled_from(("manifests", "mediaType"))), draw(st.booleans())

    def mutate(index: Pairs, _: Made) -> Pairs:
        items = ((spell(name) if name == key else name, value) for name, value in index.items)
        return Pairs(tuple(items)) if keeps else Pairs(tuple(one for one in index.items if one[0] != key))

    return mutate


mutations = st.lists(st.one_of(evil_child(), second_list(), second_member(), other_key(), dropped()), max_size=3)
pushed_as = st.sampled_from((OCI_INDEX, OCI_INDEX, OCI_INDEX, OCI_MANIFEST))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations, pushed_as)
def test_what_go_may_choose_was_judged_or_it_does_not_pass(mutated: list[Mutation], media_type: str) -> None:
    forger = Forger()
    _, children = honest(forger)
    evil = forger.evil()
    index = Pairs((("schemaVersion", 2), ("mediaType", OCI_INDEX), ("manifests", children)))
    for mutate in mutated:
        index = mutate(index, evil)
    forger.manifest(index, media_type)
    evidence = asyncio.run(gather(IMAGE, Memory(forger)))
    if judged(evidence).verdict is not Verdict.PASS:
        return
    assert {one.digest for one in evidence.platforms} >= _chosen(encode(index), {evil.digest, children[0]["digest"]})


def _chosen(data: bytes, images: set[str]) -> set[str]:
    """The images among the children that a Go program may take."""
    try:
        index = read_index(data)
    except UnreadableError:
        return set()
    return {child.get("digest", "") for system in SYSTEMS for child in candidates(index, *system)} & images


def test_an_index_that_was_not_mutated_passes() -> None:
    forger = Forger()
    forger.index(*honest(forger)[1])
    assert judged(asyncio.run(gather(IMAGE, Memory(forger)))).verdict is Verdict.PASS
