"""What goes wrong at the registry: missing is only what it said is missing, all else is unreadable."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest
from aiohttp import web

from bot.attestations.provenance import Provenance
from bot.attestations.statement import SPDX
from bot.errors import DeniedError, NotFoundError, UnavailableError
from bot.evidence import Evidence, MissingBlob, PlatformEvidence, Unreadable
from bot.evidence.gather import gather
from bot.evidence.options import GatherOptions
from bot.oci.wire.pace import Pace
from bot.signatures.finder import SignatureFinder
from bot.signatures.roots.root import Trust
from bot.unreadable import MissingKind
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import Builder, Json
from tests.oci.opened import Clock, opened
from tests.registry_faults import Answer, Drop, Endless, Fault, Flip, Hang, Longer, Shorter, Status

MAX = v1(internal={"buildConfig": BUILT})
HASTE = Clock().pace(connect=0.2, read=0.2, total=0.4)

FAULTS: dict[str, Callable[[], Fault]] = {
    "500": lambda: Status(500),
    "503 with a page": lambda: Status(503, b"<html>"),
    "429": lambda: Status(429, headers={"Retry-After": "7200"}),
    "403": lambda: Status(403),
    "418": lambda: Status(418),
    "hang": Hang,
    "cut": lambda: Drop(after=3),
    "flipped byte": Flip,
    "longer": Longer,
    "shorter": Shorter,
    "endless": Endless,
}


class Attested:
    """linux/amd64 in max mode with an SBOM, and linux/arm64 likewise, in one index."""

    def __init__(self, image: Builder) -> None:
        self.image = image
        self.platforms = {name: image.platform(name) for name in ("linux/amd64", "linux/arm64")}
        self.layers = {name: self._layers(platform) for name, platform in self.platforms.items()}
        self.manifests = {name: image.attestation(self.platforms[name], *self.layers[name]) for name in self.platforms}
        self.digest = image.index(*self.platforms.values(), *self.manifests.values())

    def _layers(self, platform: Json) -> list[Json]:
        document = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}]}
        return [self.image.statement(platform, MAX), self.image.statement(platform, document, SPDX)]

    async def gather(self, pace: Pace | None = None) -> tuple[Evidence, PlatformEvidence, PlatformEvidence]:
        evidence = await self.image.gather(pace=pace)
        amd64, arm64 = evidence.platforms
        return evidence, amd64, arm64


@pytest.fixture
def attested(image: Builder) -> Attested:
    return Attested(image)


def is_whole(platform: PlatformEvidence) -> bool:
    return isinstance(platform.provenance, Provenance) and platform.sbom is not None


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_an_attestation_manifest_that_cannot_be_read_is_unknown_for_its_platform_alone(
    attested: Attested, fault: Callable[[], Fault]
) -> None:
    attested.image.registry.fault(attested.manifests["linux/amd64"]["digest"], fault())
    evidence, amd64, arm64 = await attested.gather(HASTE)
    assert isinstance(amd64.provenance, Unreadable)
    assert isinstance(amd64.sbom, Unreadable)
    assert amd64.statements[0].unreadable
    assert is_whole(arm64)
    assert evidence.missing == ()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_statement_that_cannot_be_read_is_unknown_and_the_other_is_there(
    attested: Attested, fault: Callable[[], Fault]
) -> None:
    attested.image.registry.fault(attested.layers["linux/amd64"][0]["digest"], fault())
    evidence, amd64, arm64 = await attested.gather(HASTE)
    assert isinstance(amd64.provenance, Unreadable)
    assert amd64.sbom is not None
    assert not isinstance(amd64.sbom, Unreadable)
    assert is_whole(arm64)
    assert evidence.missing == ()


async def test_whether_another_try_may_help_is_told(attested: Attested) -> None:
    attested.image.registry.fault(attested.manifests["linux/amd64"]["digest"], Status(500))
    attested.image.registry.fault(attested.manifests["linux/arm64"]["digest"], Flip())
    _, amd64, arm64 = await attested.gather()
    assert isinstance(amd64.provenance, Unreadable)
    assert isinstance(arm64.provenance, Unreadable)
    assert (amd64.provenance.passing, arm64.provenance.passing) == (True, False)


async def test_a_rate_limit_says_when_to_come_back(attested: Attested) -> None:
    fault = Status(429, headers={"Retry-After": "7200"})
    attested.image.registry.fault(attested.manifests["linux/amd64"]["digest"], fault)
    _, amd64, _ = await attested.gather()
    assert isinstance(amd64.provenance, Unreadable)
    assert amd64.provenance.retry_at is not None


async def test_404_for_an_attestation_manifest_is_a_finding_and_neither_absence_nor_silence(attested: Attested) -> None:
    manifest = attested.manifests["linux/amd64"]
    attested.image.lose(manifest)
    evidence, amd64, arm64 = await attested.gather()
    told = MissingBlob(manifest["digest"], attested.digest, MissingKind.ATTESTATION_MANIFEST, "linux/amd64")
    assert evidence.missing == (told,)
    assert isinstance(amd64.provenance, Unreadable)
    assert "404" in amd64.provenance.reason
    assert is_whole(arm64)


async def test_404_for_a_statement(attested: Attested) -> None:
    layer = attested.layers["linux/arm64"][0]
    attested.image.lose(layer)
    evidence, amd64, arm64 = await attested.gather()
    carrier = attested.manifests["linux/arm64"]["digest"]
    assert evidence.missing == (MissingBlob(layer["digest"], carrier, MissingKind.ATTESTATION, "linux/arm64"),)
    assert isinstance(arm64.provenance, Unreadable)
    assert arm64.sbom is not None
    assert is_whole(amd64)


async def test_404_for_a_platform_without_attestations(image: Builder) -> None:
    amd64, arm64 = image.platform("linux/amd64"), image.platform("linux/arm64")
    digest = image.index(amd64, arm64)
    image.lose(arm64)
    evidence = await image.gather()
    assert evidence.missing == (MissingBlob(arm64["digest"], digest, MissingKind.PLATFORM_MANIFEST, "linux/arm64"),)
    assert isinstance(evidence.platforms[1].config, Unreadable)
    assert evidence.platforms[1].provenance is None


async def test_a_configuration_that_cannot_be_read_is_unknown(image: Builder) -> None:
    config = image.config("linux/amd64")
    image.index(image.platform("linux/amd64", config=config))
    image.registry.fault(config["digest"], Status(500))
    evidence = await image.gather()
    assert isinstance(evidence.platforms[0].config, Unreadable)
    image.registry.heal()
    image.lose(config)
    config_evidence = (await image.gather()).platforms[0].config
    assert isinstance(config_evidence, Unreadable)
    assert "404" in config_evidence.reason


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Status(404), NotFoundError),
        (Status(403), DeniedError),
        (Status(500), UnavailableError),
        (Hang(), UnavailableError),
    ],
)
async def test_without_the_image_itself_there_is_no_evidence(
    attested: Attested, fault: Fault, error: type[Exception]
) -> None:
    attested.image.registry.fault("/manifests/1.0", fault)
    with pytest.raises(error):
        await attested.gather(HASTE)


async def test_the_tag_moves_while_it_is_read(attested: Attested) -> None:
    image = attested.image
    other = image.index(attested.platforms["linux/amd64"], tag="other")
    image.registry.fault(f"/manifests/{attested.platforms['linux/amd64']['digest']}", Moves(image, other), times=1)
    evidence = await image.gather(GatherOptions(recheck_tag=True))
    assert evidence.digest == attested.digest
    assert any(other in note and attested.digest in note for note in evidence.notes)


async def test_a_tag_that_cannot_be_asked_again_is_told(attested: Attested) -> None:
    attested.image.registry.fault("/manifests/1.0", Status(500), method="HEAD")
    evidence = await attested.image.gather(GatherOptions(recheck_tag=True))
    assert any("could not be asked" in note for note in evidence.notes)


GONE = [Status(404), Status(404, b'{"errors": [{"code": "NAME_UNKNOWN"}]}', {"Content-Type": "application/json"})]


@pytest.mark.parametrize("answer", GONE, ids=["a gateway without its registry", "a repository that is deleted"])
@pytest.mark.parametrize("read", [1, 3, 5])
async def test_what_is_gone_together_with_its_image_was_not_missing(
    attested: Attested, read: int, answer: Fault
) -> None:
    attested.image.registry.fault("", answer, after=read)
    with pytest.raises(UnavailableError, match="was there when"):
        await attested.gather(HASTE)


async def test_what_is_gone_while_its_image_is_there_is_missing_for_one_request_more(attested: Attested) -> None:
    await attested.gather()
    whole = attested.image.registry.count()
    attested.image.lose(attested.layers["linux/arm64"][0])
    attested.image.registry.requests.clear()
    evidence, _, _ = await attested.gather()
    assert len(evidence.missing) == 1
    assert attested.image.registry.count() == whole + 1


@pytest.mark.parametrize("image_too", [False, True])
async def test_a_tag_that_is_deleted_meanwhile_loses_no_image(attested: Attested, image_too: bool) -> None:  # noqa: FBT001
    attested.image.registry.fault("/manifests/1.0", Status(404), after=1)
    if image_too:
        attested.image.registry.fault(attested.digest, Status(404))
    looked = attested.image.gather(GatherOptions(recheck_tag=True))
    with pytest.raises(UnavailableError, match="was there when") if image_too else nullcontext():
        assert all(map(is_whole, (await looked).platforms))


class Moves:
    """The answer as it is; meanwhile somebody pushes the tag."""

    def __init__(self, image: Builder, digest: str) -> None:
        self._image, self._digest = image, digest

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        self._image.repository.tags["1.0"] = self._digest
        return answer.response()


async def test_a_registry_that_never_comes_to_an_end_is_given_up(image: Builder, attested: Attested) -> None:
    image.registry.fault(f"/manifests/{attested.manifests['linux/amd64']['digest']}", Hang())
    with pytest.raises(UnavailableError, match=r"CHECK_DEADLINE = 0\.2 s") as caught:
        await image.gather(GatherOptions(deadline=0.2))
    assert caught.value.host == image.registry.host


async def test_what_is_too_large_names_the_setting_that_says_so(attested: Attested) -> None:
    evidence = await attested.image.gather(GatherOptions(statement_max=100, sbom_max=50))
    for platform in evidence.platforms:
        assert isinstance(platform.provenance, Unreadable)
        assert "more than PROVENANCE_STATEMENT_MAX = 100" in platform.provenance.reason
        assert isinstance(platform.sbom, Unreadable)
        assert "more than PROVENANCE_SBOM_MAX = 50" in platform.sbom.reason


async def test_signatures_that_nobody_tells_about_do_not_cost_the_rest(image: Builder, attested: Attested) -> None:
    image.registry.fault("/referrers/", Hang())
    async with opened(image.registry) as registry:
        options = GatherOptions(search_deadline=0.2)
        evidence = await gather(image.reference, registry, options, search=SignatureFinder(lambda: Trust((), (), ())))
    assert all(isinstance(platform.provenance, Provenance) for platform in evidence.platforms)
    (unread,) = evidence.signatures_unreadable
    assert "SEARCH_DEADLINE = 0.2 s" in unread.reason
    assert unread.passing
    assert evidence.signatures_searched
    assert attested.digest == evidence.digest
