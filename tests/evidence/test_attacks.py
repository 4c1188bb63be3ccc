"""What somebody who may push can do to mislead or to exhaust us."""

import json
from typing import cast

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.reading import VALUES_MAX
from bot.attestations.statement import SLSA_V1, SPDX
from bot.evidence import Unreadable
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.manifest import MANIFEST_MAX, Content
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.oci.tally import CHECK_REQUESTS_MAX
from tests.attestations.predicates import BUILT, base64, statement, v1
from tests.evidence.building import Builder, Json
from tests.evidence.test_shapes import nested, only
from tests.oci.opened import opened
from tests.registry_shelf import OCI_INDEX, descriptor, encode

MAX = v1(internal={"buildConfig": BUILT})


async def test_references_of_two_platforms_swapped(image: Builder) -> None:
    amd64, arm64 = image.platform("linux/amd64"), image.platform("linux/arm64")
    about_amd64, about_arm64 = image.statement(amd64, MAX), image.statement(arm64, MAX)
    image.index(amd64, arm64, image.attestation(arm64, about_amd64), image.attestation(amd64, about_arm64))
    for platform in (await image.gather()).platforms:
        assert platform.provenance is None
        assert platform.statements[0].subject_matches is False


async def test_a_statement_about_several_images_counts_for_each_of_them(image: Builder) -> None:
    amd64 = image.platform()
    subject = [{"name": "a", "digest": {"sha256": "00" * 32}}, {"digest": dict([amd64["digest"].split(":")])}]
    image.index(amd64, image.attestation(amd64, image.layer(statement(MAX, subject=subject), SLSA_V1)))
    assert isinstance(only(await image.gather()).provenance, Provenance)


@pytest.mark.parametrize("subject", [[], None, [{"name": "pkg:docker/team/app@1.0"}], [{"digest": {}}]])
async def test_a_statement_about_nothing_counts_for_nothing_and_is_told(image: Builder, subject: object) -> None:
    amd64 = image.platform()
    sbom = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}]}
    layers = [
        image.layer(statement(MAX, subject=subject), SLSA_V1),
        image.layer(statement(sbom, SPDX, subject=subject), SPDX),
    ]
    image.index(amd64, image.attestation(amd64, *layers))
    platform = only(await image.gather())
    assert (platform.provenance, platform.sbom) == (None, None)
    assert (platform.statements[0].subject_matches, platform.statements[0].subjects) == (None, ())


async def test_the_digest_of_another_algorithm_or_case_is_not_the_subject(image: Builder) -> None:
    amd64 = image.platform()
    hex_ = amd64["digest"].partition(":")[2]
    layers = [
        image.layer(statement(MAX, subject=[{"digest": {"sha512": hex_}}]), SLSA_V1),
        image.layer(statement(MAX, subject=[{"digest": {"sha256": hex_.upper()}}]), SLSA_V1),
        image.layer(
            statement(MAX, subject=[{"name": amd64["digest"], "digest": {}}, {"digest": {"x": hex_}}]), SLSA_V1
        ),
    ]
    image.index(amd64, image.attestation(amd64, *layers))
    assert only(await image.gather()).provenance is None


async def test_the_statement_says_what_it_is_and_not_the_annotation(image: Builder) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.layer(statement(MAX, about=amd64["digest"]), SPDX)))
    platform = only(await image.gather())
    assert isinstance(platform.provenance, Provenance)
    assert platform.sbom is None
    assert (platform.statements[0].annotated_type, platform.statements[0].predicate_type) == (SPDX, SLSA_V1)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"_type": ' + b"9" * 5_000 + b"}",
        statement(MAX).replace(b'"predicate":', b'"predicate": NaN, "x":'),
        b"[]",
        b"null",
        b"\x1f\x8b\x08\x00",
        b"",
    ],
)
async def test_bytes_that_are_no_statement(image: Builder, data: bytes) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.layer(data, SLSA_V1)))
    platform = only(await image.gather())
    assert platform.provenance is None
    assert platform.statements[0].problem


@pytest.mark.parametrize("odd", [b"\\ud800", b"\xff", b"\x00"])
async def test_a_predicate_that_no_parser_takes(image: Builder, odd: bytes) -> None:
    amd64 = image.platform()
    data = statement(MAX, about=amd64["digest"]).replace(b"builderPlatform", odd)
    image.index(amd64, image.attestation(amd64, image.layer(data, SLSA_V1)))
    platform = only(await image.gather())
    assert platform.provenance is None
    assert platform.statements[0].problem


async def test_a_statement_over_the_limit_is_unknown_with_its_size_and_is_not_asked_for(image: Builder) -> None:
    amd64 = image.platform()
    layer = image.statement(amd64, MAX)
    image.index(amd64, image.attestation(amd64, layer))
    platform = only(await image.gather(GatherOptions(statement_max=100, config="never")))
    assert isinstance(platform.provenance, Unreadable)
    assert f"{layer['size']} bytes" in platform.provenance.reason
    assert "100" in platform.provenance.reason
    assert image.registry.count("GET", "/blobs/") == 0


async def test_sboms_have_a_limit_of_their_own(image: Builder) -> None:
    amd64 = image.platform()
    sbom = image.statement(amd64, {"spdxVersion": "SPDX-2.3", "packages": []}, SPDX)
    image.index(amd64, image.attestation(amd64, sbom, image.statement(amd64, MAX)))
    platform = only(await image.gather(GatherOptions(sbom_max=100)))
    assert isinstance(platform.sbom, Unreadable)
    assert isinstance(platform.provenance, Provenance)


async def test_a_statement_of_very_many_values_is_not_built(image: Builder) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.statement(amd64, {**MAX, "x": [{}] * VALUES_MAX})))
    platform = only(await image.gather())
    assert isinstance(platform.provenance, Unreadable)
    assert "values" in platform.provenance.reason


async def test_too_many_layers_are_unknown_by_name(image: Builder) -> None:
    amd64 = image.platform()
    layers = [image.layer(str(number).encode(), SPDX) for number in range(65)]
    image.index(amd64, image.attestation(amd64, *layers))
    platform = only(await image.gather())
    assert isinstance(platform.provenance, Unreadable)
    assert "ATTESTATION_LAYERS_MAX" in platform.provenance.reason


async def test_an_index_of_ten_thousand_entries_is_refused_whole(image: Builder) -> None:
    entries = [{"mediaType": OCI_INDEX, "digest": f"sha256:{number:064x}", "size": 1} for number in range(10_000)]
    image.repository.add_manifest(encode({"schemaVersion": 2, "manifests": entries}), OCI_INDEX, tag="1.0")
    evidence = await image.gather()
    assert evidence.platforms == ()
    assert "256" in evidence.unreadable[0].reason
    assert image.registry.count() == 1


async def test_a_wide_index_stops_at_the_requests_of_one_check(image: Builder) -> None:
    configs = [image.config("linux/amd64", n=number) for number in range(250)]
    image.index(*[image.platform(f"linux/amd64/v{number}", config=config) for number, config in enumerate(configs)])
    evidence = await image.gather()
    assert image.registry.count() <= CHECK_REQUESTS_MAX
    assert len(evidence.platforms) == 250
    unread = [one.config for one in evidence.platforms if isinstance(one.config, Unreadable)]
    assert any("CHECK_REQUESTS_MAX" in config.reason for config in unread)


async def test_an_index_that_names_itself_is_asked_for_once(image: Builder) -> None:
    """No index can hold its own digest, so a registry that lies plays the part."""
    async with opened(image.registry) as registry:
        loop = Looping(registry)
        evidence = await gather(image.reference, cast("Registry", loop))
    assert loop.asked == 1
    assert evidence.platforms == ()


class Looping:
    """Every manifest is an index that names itself and, twice, a sibling that does the same."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.asked = 0

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        del limit
        self.asked += 1
        digest = reference.digest or f"sha256:{'1' * 64}"
        entries = [{"mediaType": OCI_INDEX, "digest": digest, "size": 1}] * 2
        return Content(json.dumps({"schemaVersion": 2, "manifests": entries}).encode(), digest, OCI_INDEX)

    def __getattr__(self, name: str) -> object:
        return getattr(self._registry, name)


async def test_the_same_child_a_hundred_times_is_one(image: Builder) -> None:
    amd64 = image.platform()
    attestation = image.attestation(amd64, image.statement(amd64, MAX))
    image.index(*[amd64] * 100, *[attestation] * 100)
    evidence = await image.gather()
    assert evidence.requests.total == 5
    assert len(only(evidence).statements) == 1


async def test_one_attestation_manifest_about_two_platforms_counts_where_its_subject_is(image: Builder) -> None:
    amd64, arm64 = image.platform("linux/amd64"), image.platform("linux/arm64")
    shared = image.attestation(amd64, image.statement(amd64, MAX))
    again = {**shared, "annotations": {**shared["annotations"], "vnd.docker.reference.digest": arm64["digest"]}}
    image.index(amd64, arm64, shared, again)
    first, second = (await image.gather()).platforms
    assert isinstance(first.provenance, Provenance)
    assert second.provenance is None
    assert second.statements[0].subject_matches is False


async def test_an_attestation_manifest_that_is_none(image: Builder) -> None:
    amd64 = image.platform()
    for data in (b"{}", b"not json"):
        image.repository.add_manifest(data, "application/vnd.oci.image.manifest.v1+json")
        annotations = {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": amd64["digest"],
        }
        image.index(amd64, descriptor(data, "application/vnd.oci.image.manifest.v1+json", annotations=annotations))
        platform = only(await image.gather())
        assert platform.provenance is None
        assert platform.statements[0].problem


def enveloped(image: Builder, payload: bytes, kind: str = "application/vnd.in-toto.provenance+dsse") -> Json:
    document = {"payloadType": "application/vnd.in-toto+json", "payload": base64(payload.decode()), "signatures": []}
    return image.layer(encode(document), SLSA_V1, media_type=kind)


async def test_a_statement_in_an_envelope_counts(image: Builder) -> None:
    amd64 = image.platform()
    layer = enveloped(image, statement(MAX, about=amd64["digest"]))
    image.index(amd64, image.attestation(amd64, layer))
    platform = only(await image.gather())
    assert isinstance(platform.provenance, Provenance)
    assert platform.provenance.mode is Mode.MAX


async def test_an_envelope_that_is_none(image: Builder) -> None:
    amd64 = image.platform()
    broken = image.layer(b'{"payloadType": "x", "payload": "%%%"}', media_type="application/vnd.in-toto.spdx+dsse")
    image.index(amd64, image.attestation(amd64, broken))
    platform = only(await image.gather())
    assert "base64" in platform.statements[0].problem


async def test_a_top_level_document_that_is_nothing(image: Builder) -> None:
    for data in (b"[]", b"null", b'{"manifests": 7}', b'{"config": null, "layers": []}', b"x"):
        image.repository.add_manifest(data, OCI_INDEX, tag="1.0")
        evidence = await image.gather()
        assert evidence.platforms == ()
        assert evidence.unreadable


async def test_nested_indexes_do_not_multiply(image: Builder) -> None:
    amd64 = image.platform()
    inner = nested(image, amd64)
    image.index(*[inner] * 200, amd64)
    evidence = await image.gather()
    assert evidence.requests.manifest_pulls == 3
    assert only(evidence).platform == "linux/amd64"


async def test_a_platform_may_call_itself_anything_but_not_at_any_length(image: Builder) -> None:
    token = "ghp_" + "a1B2" * 9
    twins = [image.platform(f"linux/{n}", also={"os": token + " " + "o" * 100_000}) for n in range(2)]
    image.index(*twins)
    names = [platform.platform for platform in (await image.gather()).platforms]
    assert len(set(names)) == 2
    assert max(map(len, names)) < 200
    assert token not in str(names)


@pytest.mark.parametrize("kind", ["attestation-manifest", "something-else"])
async def test_a_platform_that_is_dressed_as_an_attestation_is_judged_all_the_same(image: Builder, kind: str) -> None:
    amd64, arm64 = image.platform("linux/amd64"), image.platform("linux/arm64")
    marks = {"vnd.docker.reference.type": kind, "vnd.docker.reference.digest": amd64["digest"]}
    image.index(amd64, {**arm64, "annotations": marks}, image.attestation(amd64, image.statement(amd64, MAX)))
    evidence = await image.gather()
    found = {platform.platform: platform.provenance for platform in evidence.platforms}
    assert isinstance(found["linux/amd64"], Provenance)
    assert found["linux/arm64"] is None
    assert any("linux/arm64" in note and "could run" in note for note in evidence.notes)


async def test_an_attestation_that_calls_itself_a_platform_is_none(image: Builder) -> None:
    amd64 = image.platform("linux/amd64")
    for artifact in (True, False):
        attestation = image.attestation(amd64, image.statement(amd64, MAX), artifact=artifact)
        image.index(amd64, {**attestation, "platform": {"os": "linux", "architecture": "arm64"}})
        assert isinstance(only(await image.gather()).provenance, Provenance)
