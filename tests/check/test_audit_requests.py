"""What an audit asks of a registry, by kind, and what must not be saved."""

import json
from datetime import UTC, datetime

import pytest

from bot.check.audit import tag_digests
from bot.check.audit.run import Auditor
from bot.check.audit.scope import AuditScope
from bot.check.looker import Looker
from bot.evidence.options import GatherOptions
from bot.oci.reference import Reference
from bot.policy import Policy, default_policies
from bot.policy.search import Searching
from bot.report.audit import Audit, Held, Judged, WeakestMode
from bot.signatures.options import RootOptions
from tests.asked_kinds import Kind, kinds
from tests.check.versions import Versions
from tests.evidence.building import NAME
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import opened
from tests.private_sigstore import PrivateSigstore
from tests.registry_faults import Body, Status
from tests.registry_shelf import encode

COUNT = 50
OWN = 4  # .sig, .att, .sbom and the list of referrers of each version show that the list of tags hides nothing of it
TRUST = {Kind.MANIFEST_HEAD: 1}  # whether a HEAD means anything there
LISTED = {Kind.LIST: 1}


GONE_AWAY = Status(404, b"404 page not found\n", {"Content-Type": "text/plain; charset=utf-8"})
"""What a gateway says whose registry is being restarted."""


async def audited(fake: FakeRegistry, repository: Reference, *, last: int = 0, policy: Policy | None = None) -> Audit:
    """By a person in a terminal."""
    async with opened(fake, local=True) as registries:
        options = GatherOptions()
        search = Searching(RootOptions(public=False), default_policies, options=options)
        looker = Looker(registries, default_policies(), options, search)
        looker = looker.under(policy) if policy else looker
        return await Auditor(looker, AuditScope(last=last), lambda: datetime.now(UTC)).audit([repository])


@pytest.mark.parametrize(("kind", "searched"), [(Referrers.API, 5 * COUNT), (Referrers.NONE, 1)])
@pytest.mark.parametrize("page_size", [1000, 7])
async def test_fifty_versions_that_have_nothing_in_common(kind: Referrers, searched: int, page_size: int) -> None:
    """A list of referrers for each digest where the API is there, however many tags there are; else one question."""
    async with FakeRegistry(referrers=kind, page_size=page_size) as fake:
        audit = await audited(fake, Versions(fake).push(COUNT))
    assert {row.signature for row in audit.rows} == {Held.NO}
    assert kinds(fake) == TRUST | {
        Kind.LIST: -(-(COUNT + 1) // page_size),
        Kind.TAG: COUNT,
        Kind.MANIFEST: 4 * COUNT,
        Kind.BLOB: 4 * COUNT,
        Kind.EVIDENCE_HEAD: OWN * COUNT,
        Kind.REFERRERS: searched,
    }


@pytest.mark.parametrize("same", [("arm64",), ("amd64", "arm64")])
async def test_platforms_that_versions_share_are_looked_at_once(same: tuple[str, ...]) -> None:
    """All but the index of a version is named by digests, and who refers to them is a question about these."""
    async with FakeRegistry() as fake:
        audit = await audited(fake, Versions(fake, same=same).push(COUNT))
    different = (2 - len(same)) * COUNT + len(same)  # platforms
    assert len(audit.rows) == COUNT
    assert {row.signature for row in audit.rows} == {Held.NO}
    assert kinds(fake) == LISTED | TRUST | {
        Kind.TAG: COUNT,
        Kind.MANIFEST: 2 * different,
        Kind.BLOB: 2 * different,
        Kind.EVIDENCE_HEAD: OWN * COUNT,
        Kind.REFERRERS: COUNT + 2 * different,
    }


async def test_tags_of_one_content_cost_one_request_each() -> None:
    """Three are read in vain, and those that are read at the same time; then a HEAD tells as much."""
    async with FakeRegistry() as fake:
        made = Versions(fake)
        digest = made.version(0)
        for number in range(COUNT):
            fake.tag(NAME, f"1.{number}.0", digest)
        audit = await audited(fake, made.reference)
    assert len(audit.rows) == COUNT
    asked = kinds(fake)
    assert asked[Kind.TAG] + asked[Kind.TAG_HEAD] == COUNT
    assert asked[Kind.TAG] <= 1 + tag_digests.VAIN_MAX + 8
    assert asked[Kind.MANIFEST] == 4


async def test_where_reading_is_a_counted_pull_a_tag_gets_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeRegistry() as fake:
        monkeypatch.setattr(tag_digests, "PULLS_COUNTED", frozenset({fake.host}))
        await audited(fake, Versions(fake).push(3))
    assert (kinds(fake)[Kind.TAG_HEAD], kinds(fake).get(Kind.TAG)) == (3, None)


async def test_a_signature_that_the_list_of_tags_hides_is_found_whichever_version_has_it() -> None:
    """That nothing is hidden about four versions proves nothing of the fifth."""
    sigstore = PrivateSigstore()
    async with FakeRegistry() as fake:
        made = Versions(fake, same=("arm64",))
        repository = made.push(5)
        shown = list(fake.repository(NAME).tags)
        index = fake.repository(NAME).tags["1.2.0"]
        made.sig_tag(index, sigstore.sig_layer(index, sigstore.signer()))
        fake.fault("/tags/list", Body(encode({"name": NAME, "tags": shown})))
        audit = await audited(fake, repository)
    assert {row.tag for row in audit.rows if row.signature is not Held.NO} == {"1.2.0"}


async def test_what_could_not_be_read_for_one_version_is_asked_for_again_for_the_next() -> None:
    async with FakeRegistry() as fake:
        made = Versions(fake, same=("arm64",))
        repository = made.push(4)
        index = json.loads(fake.repository(NAME).manifests[fake.repository(NAME).tags["latest"]].data)
        attestation = index["manifests"][3]["digest"]  # of arm64, which all have
        fake.fault(f"/manifests/{attestation}", Status(403), times=1)
        audit = await audited(fake, repository)
        assert fake.count("GET", f"/manifests/{attestation}") > 1
    modes = [row.mode for row in audit.rows]
    assert modes.count(WeakestMode.UNKNOWN) == 1
    assert len(modes) == 4


async def test_an_ambiguous_platform_fails_each_version_that_has_it() -> None:
    """What is read once is told to all."""
    async with FakeRegistry() as fake:
        made = Versions(fake)
        shared = made.of(0, "arm64")
        data = fake.repository(NAME).manifests[shared["digest"]].data
        twice = data.replace(b'"layers"', b'"Layers": [], "layers"', 1)
        forged = shared | {"digest": made.registry.push_manifest(NAME, twice), "size": len(twice)}
        for number in range(4):
            made.index(made.of(number, "amd64"), forged, tag=f"1.{number}.0")
        audit = await audited(fake, made.reference)
    assert len(audit.rows) == 4
    assert all("document-ambiguous" in row.failing for row in audit.rows)


@pytest.mark.parametrize("fault", [GONE_AWAY, Status(503)], ids=["page", "503"])
async def test_a_version_before_that_a_gateway_hides_is_not_taken_for_none(fault: Status) -> None:
    """Else a version would pass that was compared with nothing."""
    policy = Policy("kept", require=frozenset({"provenance-missing", "provenance-lost"}))
    async with FakeRegistry() as fake:
        repository = Versions(fake).push(2)
        fake.fault("/manifests/1.0.0", fault)
        audit = await audited(fake, repository, last=1, policy=policy)
    assert [(row.tag, row.verdict) for row in audit.rows] == [("1.1.0", Judged.UNKNOWN)]
