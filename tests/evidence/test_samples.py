"""Real images in layouts: what is true of each is known from how it was made."""

from pathlib import Path

import pytest
from msgspec import Struct

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.secrets import looks_secret
from bot.evidence import Evidence, ImageConfig, UnlinkedReason
from bot.evidence.gather import gather
from bot.oci.layout import LayoutRegistry, parse_layout
from tests.conftest import ROOT, SAMPLES

FIXTURES = ROOT / "tests" / "fixtures" / "images"
BOTH = ("linux/amd64", "linux/arm64")


class Truth(Struct, frozen=True):
    name: str
    provenance: tuple[str, str] | None  # mode, version
    platforms: tuple[str, ...] = BOTH
    sbom: bool = False
    leaks: bool = False
    attested: tuple[str, ...] | None = None  # platforms with attestation manifests; None = all of them
    only: tuple[str, ...] = BOTH  # platforms whose provenance counts


TRUTHS = [
    Truth("none_2p_dflt", None, attested=()),
    Truth("none_2p_docker", None, attested=()),
    Truth("min_2p_dflt", ("min", "v1")),
    Truth("git-min", ("min", "v1")),
    Truth("bk018-min_2p_dflt", ("min", "v0.2")),
    Truth("max-v02_1p_classic", ("max", "v0.2"), platforms=("linux/amd64",)),
    Truth("max-args_1p_classic", ("max", "v1"), platforms=("linux/amd64",), leaks=True),
    Truth("max-sbom_2p_dflt", ("max", "v1"), sbom=True),
    Truth("ex-secret-max", ("max", "v1")),
    Truth("ex-leakenv-max", ("max", "v1"), platforms=("linux/amd64",), leaks=True),
    Truth("sig-bundle-gh", ("max", "v1")),
    Truth("der-imagetools-merge_partial", ("max", "v1"), attested=("linux/amd64",), only=("linux/amd64",)),
    Truth("der-buildah-manifest-add-all_dflt", None, attested=()),
    Truth("fg-subject-mismatch", None),
    Truth("fg-not-json", None),
    Truth("fg-unknown-predicate", None),
    Truth("fg-nested-index", ("max", "v1"), sbom=True),
]


def folder(name: str) -> Path:
    return next(place / name for place in (SAMPLES, FIXTURES) if (place / name).is_dir())


async def looked(name: str) -> Evidence:
    reference = parse_layout(f"oci:{folder(name)}")
    return await gather(reference, LayoutRegistry(Path(reference.layout)))


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.name)
async def test_what_is_true(truth: Truth) -> None:
    evidence = await looked(truth.name)
    assert tuple(platform.platform for platform in evidence.platforms) == truth.platforms
    assert (evidence.missing, evidence.unreadable) == ((), ())
    for platform in evidence.platforms:
        expected = truth.provenance if platform.platform in truth.only else None
        found = platform.provenance
        told = (str(found.mode), found.slsa) if isinstance(found, Provenance) else found
        assert told == expected
        assert (platform.sbom is not None) == truth.sbom
        attested = truth.platforms if truth.attested is None else truth.attested
        assert bool(platform.attestation_manifests) == (platform.platform in attested)
        exposed = [text for provenance in platform.provenances for text in provenance.exposed]
        assert any(map(looks_secret, exposed)) == truth.leaks


async def test_lost_annotations_leave_attestations_unlinked_and_say_whose_they_were() -> None:
    evidence = await looked("der-buildah-manifest-add-all_dflt")
    digests = {platform.digest for platform in evidence.platforms}
    assert [unlinked.reason for unlinked in evidence.unlinked] == [UnlinkedReason.NO_ANNOTATIONS] * 2
    assert {unlinked.subject for unlinked in evidence.unlinked} == digests


async def test_a_statement_about_another_image_is_kept_as_such() -> None:
    evidence = await looked("fg-subject-mismatch")
    statements = [statement for platform in evidence.platforms for statement in platform.statements]
    assert [statement.subject_matches for statement in statements] == [False] * 4
    assert all(statement.subjects == (f"sha256:{'0' * 64}",) for statement in statements)


async def test_what_is_no_json_is_a_problem_of_that_layer() -> None:
    evidence = await looked("fg-not-json")
    assert all("not JSON" in platform.statements[0].problem for platform in evidence.platforms)


async def test_other_predicates_are_listed() -> None:
    evidence = await looked("fg-unknown-predicate")
    kinds = {statement.predicate_type for platform in evidence.platforms for statement in platform.statements}
    assert kinds == {"https://example.com/custom/v1"}


async def test_a_git_build_tells_source_revision_and_ref() -> None:
    for platform in (await looked("git-min")).platforms:
        found = platform.provenance
        assert isinstance(found, Provenance)
        assert (found.source, found.ref) == ("git://127.0.0.1/demo-app", "refs/tags/v1.2.3")
        assert (found.revision, found.source_from) == ("79a8284a2953cf705644540f0b517abfa6706625", "configSource")


async def test_secret_mounts_are_named_and_build_args_too() -> None:
    found = (await looked("ex-secret-max")).platforms[0].provenance
    assert isinstance(found, Provenance)
    assert (found.secret_ids, found.build_args, found.mode) == (("npmrc",), (), Mode.MAX)
    found = (await looked("max-args_1p_classic")).platforms[0].provenance
    assert isinstance(found, Provenance)
    assert found.build_args == ("APP_VERSION", "NPM_TOKEN")


async def test_an_image_without_provenance_shows_its_configuration() -> None:
    for platform in (await looked("none_2p_dflt")).platforms:
        assert isinstance(platform.config, ImageConfig)
        assert any("buildkit" in comment for _, comment, _ in platform.config.history)
