"""Min or max, which no field says, and what contradicts it."""

from typing import Any

import pytest

from bot.attestations.provenance import Mode
from tests.attestations.predicates import BUILDKIT_V1, BUILT, provenance, provenance_v02, step, v02, v1


def test_build_steps_make_it_max_in_both_versions() -> None:
    assert provenance(v1(internal={"buildConfig": BUILT})).mode is Mode.MAX
    assert provenance_v02(v02(buildConfig=BUILT)).mode is Mode.MAX


def test_without_them_it_is_min_whatever_completeness_says() -> None:
    for found in (provenance(v1()), provenance_v02(v02())):
        assert (found.mode, found.inconsistencies) == (Mode.MIN, ())


HOLLOW: list[object] = [
    None,
    {},
    [],
    "x",
    {"llbDefinition": []},
    {"llbDefinition": [{}]},
    {"llbDefinition": [1, "step", None]},
    {"llbDefinition": {"id": "step0"}},
    {"llbDefinition": [step(unheard={"of": 1})]},
    {"llbDefinition": [step(source={}), step(exec=None), step(file="x")]},
    {"llbDefinition": [{"id": "step0", "op": {"Op": None}}, {"id": "step1", "op": {"Op": {}}, "inputs": ["step0:0"]}]},
]


@pytest.mark.parametrize("empty", HOLLOW)
def test_a_build_config_without_steps_is_min_and_a_contradiction(empty: object) -> None:
    for found in (provenance(v1(internal={"buildConfig": empty})), provenance_v02(v02(buildConfig=empty))):
        assert found.mode is Mode.MIN
        assert "no build step" in found.inconsistencies[0]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"metadata": {"source": {"infos": [{}]}}}, "source"),
        ({"metadata": {"layers": {"step0:0": []}}}, "layers"),
        ({"request": {"secrets": [{"id": "npmrc"}]}}, "secrets"),
        ({"request": {"ssh": [{"id": "default"}]}}, "SSH"),
        ({"request": {"args": {"build-arg:VERSION": "1"}}}, "build args"),
        ({"request": {"args": {"label:a": "1"}}}, "labels"),
        ({"request": {"root": {"request": {"args": {"build-arg:VERSION": "1"}}}}}, "build args"),
        ({"request": {"inputs": {"base": {"request": {"args": {"label:a": "1"}}}}}}, "labels"),
    ],
)
def test_what_only_max_records_contradicts_min(changes: dict[str, Any], word: str) -> None:
    found = provenance(v1(**changes))
    assert found.mode is Mode.MIN
    assert [sentence for sentence in found.inconsistencies if word in sentence]
    assert provenance(v1(internal={"buildConfig": BUILT}, **changes)).inconsistencies == ()


def test_the_same_in_v02() -> None:
    assert provenance_v02(v02(metadata={"layers": {"a": []}})).inconsistencies
    assert provenance_v02(v02(parameters={"args": {"build-arg:A": "1"}})).inconsistencies


def test_what_min_records_too_is_no_contradiction() -> None:
    found = provenance(
        v1(
            request={"args": {"target": "app", "context:base": "docker-image://alpine"}, "root": {"request": {}}},
            metadata={"vcs": {"source": "https://github.com/a/b"}},
        )
    )
    assert found.inconsistencies == ()


@pytest.mark.parametrize("predicate", [None, {}, [], "text", 7])
def test_an_empty_predicate_is_said_and_has_no_mode(predicate: object) -> None:
    found = provenance(predicate)
    assert (found.slsa, found.mode) == ("v1", None)
    assert "empty" in found.inconsistencies[0]


@pytest.mark.parametrize("version", ["https://slsa.dev/provenance/v0.1", "https://slsa.dev/provenance/v2"])
def test_an_unknown_version_is_provenance_without_a_mode(version: str) -> None:
    found = provenance(v1(internal={"buildConfig": BUILT}), version)
    assert (found.slsa, found.mode, found.inconsistencies) == ("", None, ())
    assert any(exposed.value == "local://context" for exposed in found.exposed)


def test_another_build_type_is_foreign_and_not_asked_for_steps() -> None:
    foreign = {"buildDefinition": {"buildType": "https://example.com/build"}, "runDetails": {"metadata": {}}}
    assert provenance(foreign).mode is Mode.FOREIGN
    assert provenance_v02({"buildType": "https://example.com/build", "metadata": {}}).mode is Mode.FOREIGN


OTHER_TYPES = [
    "https://example.com/build",
    "https://mobyproject.org/BuildKit@v1",
    f"{BUILDKIT_V1} ",
    BUILDKIT_V1.replace("https", "http"),
    BUILDKIT_V1.replace("master", "v0.25"),
    "",
]


@pytest.mark.parametrize("other", OTHER_TYPES)
def test_another_build_type_does_not_hide_that_buildkit_wrote_it(other: str) -> None:
    for found in (provenance(v1(build_type=other)), provenance_v02(v02(build_type=other))):
        assert found.mode is Mode.MIN
        assert "build type" in found.inconsistencies[0]
    assert provenance(v1(build_type=other, internal={"buildConfig": BUILT})).mode is Mode.MAX


@pytest.mark.parametrize("other", OTHER_TYPES[1:5])
def test_a_build_type_that_is_nearly_buildkits_is_not_foreign(other: str) -> None:
    found = provenance({"buildDefinition": {"buildType": other}})
    assert (found.mode, len(found.inconsistencies)) == (Mode.MIN, 1)


@pytest.mark.parametrize("none", [None, "", 7, ["https://example.com/build"]])
def test_without_a_build_type_there_is_no_mode(none: object) -> None:
    found = provenance({"buildDefinition": {"buildType": none}})
    assert (found.mode, len(found.inconsistencies)) == (None, 1)


def test_a_predicate_of_the_other_version_has_no_mode() -> None:
    assert provenance(v02(buildConfig=BUILT)).mode is None
    assert provenance_v02(v1(internal={"buildConfig": BUILT})).mode is None
