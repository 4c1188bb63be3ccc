"""An audit against a registry: what it looks at, what it asks, and what it does when the registry fails."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.check.audit.memory import NoMemory, RowMemory
from bot.check.audit.run import Auditor
from bot.check.audit.scope import AuditScope, choose, repositories_of, repository
from bot.check.looker import Looker
from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.policy import default_policies
from bot.report.audit import Audit, AuditRow, Held, Judged
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.policy.written import written
from tests.registry_faults import Status

HERE = Reference.parse("quay.io/acme/app")


@pytest.fixture
async def registry() -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry() as fake:
        yield fake


async def audited(
    registry: FakeRegistry,
    *names: str,
    scope: AuditScope = AuditScope(),  # noqa: B008 - frozen
    memory: RowMemory | None = None,
) -> Audit:
    async with opened(registry) as registries:
        looker = Looker(registries, default_policies())
        auditor = Auditor(looker, scope, lambda: datetime.now(UTC), memory or NoMemory())
        return await auditor.audit([Reference.parse(f"{registry.host}/{name}") for name in names])


class Kept(NoMemory):
    """Rows in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], AuditRow] = {}

    def known(self, image: Reference, digest: str) -> AuditRow | None:
        return self.rows.get((str(image), digest))

    def keep(self, row: AuditRow) -> None:
        self.rows[row.image, row.digest] = row


def tags(audit: Audit) -> list[str]:
    return [row.tag for row in audit.rows]


async def test_versions_newest_first_and_families_apart(registry: FakeRegistry, samples: Path) -> None:
    for tag in ("1.9.0", "1.10.0", "1.10.0-rc1", "1.10.0-native", "latest"):
        registry.add_layout(samples / "max-sbom_2p_dflt", "acme/app", tag=tag)
    registry.repository("acme/app").tags[f"sha256-{'a' * 64}.sig"] = next(
        iter(registry.repository("acme/app").manifests)
    )
    audit = await audited(registry, "acme/app")
    assert tags(audit) == ["1.10.0", "1.10.0-rc1", "1.9.0", "1.10.0-native"]
    assert next(iter(audit.left_out.values())) >= 1
    assert audit.is_complete


async def test_one_content_is_looked_at_once(registry: FakeRegistry, samples: Path) -> None:
    for tag in ("1.0.0", "1.0.1", "1.0.2"):
        registry.add_layout(samples / "max-sbom_2p_dflt", "acme/app", tag=tag)
    once = await audited(registry, "acme/app", scope=AuditScope(last=1))
    gets = registry.count("GET", "/manifests/sha256:")
    registry.requests.clear()
    assert tags(await audited(registry, "acme/app")) == ["1.0.2", "1.0.1", "1.0.0"]
    assert registry.count("GET", "/manifests/sha256:") == gets
    assert registry.count("", "/manifests/1.0.") == 3
    assert len(once.rows) == 1


async def test_five_hundred_tags(registry: FakeRegistry, samples: Path) -> None:
    digest = registry.add_layout(samples / "max-sbom_2p_dflt", "acme/app", tag="1.0.0")
    for number in range(500):
        registry.tag("acme/app", f"1.{number}.0", digest)
    audit = await audited(registry, "acme/app")
    assert len(audit.rows) == 500
    assert registry.count("", "/manifests/1.") == 500
    assert registry.count("GET", "/manifests/") < 20  # some were read by their tags before it showed that they are one


async def test_what_was_lost_where(registry: FakeRegistry, samples: Path) -> None:
    for tag, name in (("1.0.0", "none_2p_dflt"), ("1.1.0", "max-sbom_2p_dflt"), ("1.2.0", "min_2p_dflt")):
        registry.add_layout(samples / name, "acme/app", tag=tag)
    audit = await audited(registry, "acme/app")
    assert [(turn.what, turn.kind, turn.version) for turn in audit.turns] == [
        ("mode", "gained", "1.1.0"),
        ("mode", "lost", "1.2.0"),
        ("sbom", "gained", "1.1.0"),
        ("sbom", "lost", "1.2.0"),
    ]


async def test_a_repository_that_is_not_there_does_not_hide_the_others(registry: FakeRegistry, samples: Path) -> None:
    registry.add_layout(samples / "min_2p_dflt", "acme/app", tag="1.0.0")
    audit = await audited(registry, "acme/nope", "acme/app")
    assert tags(audit) == ["1.0.0"]
    assert [one.repository for one in audit.unlisted] == [f"{registry.host}/acme/nope"]
    assert not audit.is_complete


def named_by(registry: FakeRegistry, digest: str) -> set[str]:
    """The digests in an index or a manifest."""
    return set(re.findall(r"sha256:[0-9a-f]{64}", registry.repository("acme/app").manifests[digest].data.decode()))


async def test_a_registry_that_fails_half_way_and_a_second_run_that_goes_on(
    registry: FakeRegistry, samples: Path
) -> None:
    names = ("none_2p_dflt", "min_2p_dflt", "max-sbom_2p_dflt", "max-args_1p_classic")
    digests = [registry.add_layout(samples / name, "acme/app", tag=f"1.{n}.0") for n, name in enumerate(names)]
    memory = Kept()
    registry.fault("/manifests/1.1.0", Status(503))
    first = await audited(registry, "acme/app", memory=memory)
    rows = {row.tag: row for row in first.rows}
    assert not rows["1.1.0"].was_read
    assert rows["1.1.0"].verdict is Judged.UNKNOWN
    assert rows["1.1.0"].sbom is Held.UNKNOWN
    assert not first.is_complete
    assert {row.tag for row in memory.rows.values()} == {"1.0.0", "1.3.0"}  # what 1.2.0 lost is not known
    registry.heal()
    registry.requests.clear()
    second = await audited(registry, "acme/app", memory=memory)
    assert second.is_complete
    assert [row.verdict for row in second.rows] != [Judged.UNKNOWN] * 4
    asked = {one.path.rpartition("/")[2] for one in registry.requests}
    assert named_by(registry, digests[1]) & asked
    assert not named_by(registry, digests[3]) & asked


async def test_each_version_is_compared_with_the_one_before(registry: FakeRegistry, samples: Path) -> None:
    for tag, name in (("1.0.0", "none_2p_dflt"), ("1.1.0", "max-sbom_2p_dflt"), ("1.2.0", "min_2p_dflt")):
        registry.add_layout(samples / name, "acme/app", tag=tag)
    rows = {row.tag: row for row in (await audited(registry, "acme/app")).rows}
    assert [rows[tag].baseline for tag in ("1.0.0", "1.1.0", "1.2.0")] == ["", "1.0.0", "1.1.0"]
    assert {"provenance-lost", "sbom-lost"} <= set(rows["1.2.0"].failing)
    assert not [rule for rule in rows["1.0.0"].failing if rule.endswith("-lost")]


async def test_the_version_before_the_newest_is_looked_at_for_comparison(registry: FakeRegistry, samples: Path) -> None:
    for tag, name in (("1.0.0", "max-sbom_2p_dflt"), ("1.1.0", "none_2p_dflt"), ("1.1.0-native", "min_2p_dflt")):
        registry.add_layout(samples / name, "acme/app", tag=tag)
    audit = await audited(registry, "acme/app", scope=AuditScope(last=1))
    assert {row.tag: row.baseline for row in audit.rows} == {"1.1.0": "1.0.0", "1.1.0-native": ""}
    assert "provenance-lost" in audit.rows[0].failing


async def test_a_version_before_that_is_gone_is_none(registry: FakeRegistry, samples: Path) -> None:
    registry.add_layout(samples / "max-sbom_2p_dflt", "acme/app", tag="1.1.0")
    registry.tag("acme/app", "1.0.0", f"sha256:{'0' * 64}")
    rows = {row.tag: row for row in (await audited(registry, "acme/app")).rows}
    assert not rows["1.0.0"].was_read
    assert rows["1.1.0"].verdict is Judged.WARN


async def test_a_tag_that_moved_since_is_looked_at_again(registry: FakeRegistry, samples: Path) -> None:
    memory = Kept()
    registry.add_layout(samples / "max-sbom_2p_dflt", "acme/app", tag="1.0.0")
    await audited(registry, "acme/app", memory=memory)
    registry.add_layout(samples / "none_2p_dflt", "acme/app", tag="1.0.0")
    audit = await audited(registry, "acme/app", scope=AuditScope(("1.0.0",)), memory=memory)
    assert audit.rows[0].mode == "none"


async def test_a_registry_that_says_stop_is_not_asked_on(registry: FakeRegistry, samples: Path) -> None:
    digest = registry.add_layout(samples / "max-sbom_2p_dflt", "acme/app", tag="1.0.0")
    for number in range(100):
        registry.tag("acme/app", f"1.{number}.0", digest)
    registry.fault("/manifests/", Status(429, headers={"Retry-After": "86400"}))
    audit = await audited(registry, "acme/app")
    assert len(audit.rows) == 100
    assert all(row.verdict is Judged.UNKNOWN and row.reason for row in audit.rows)
    assert registry.count("", "/manifests/") < 60


async def test_a_layout(samples: Path) -> None:
    async with opened(allow_layouts=True) as registries:
        looker = Looker(registries, default_policies())
        auditor = Auditor(looker, AuditScope(rolling=True), lambda: datetime.now(UTC))
        audit = await auditor.audit([repository(f"oci:{samples / 'min_2p_dflt'}")])
    assert [(row.image, row.mode) for row in audit.rows] == [(f"oci:{samples / 'min_2p_dflt'}:min_2p_dflt", "min")]


def chosen(*names: str, scope: AuditScope) -> list[str]:
    return [one.image.tag for one in choose(HERE, names, default_policies(), scope).images]


TAGS = ("1.0.0", "1.1.0", "1.2.0", "1.2.0-native", "1.1.0-native", "latest", "nightly")


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (AuditScope(), ["1.2.0", "1.1.0", "1.0.0", "1.2.0-native", "1.1.0-native"]),
        (AuditScope(last=1), ["1.2.0", "1.2.0-native"]),
        (AuditScope(("*-native",)), ["1.2.0-native", "1.1.0-native"]),
        (AuditScope(("latest", "1.0.*")), ["1.0.0", "latest"]),
        (AuditScope(last=1, rolling=True), ["1.2.0", "1.2.0-native", "nightly"]),
        (AuditScope(("2.*",)), []),
    ],
)
def test_the_scope(scope: AuditScope, expected: list[str]) -> None:
    assert chosen(*TAGS, scope=scope) == expected


def test_a_short_version_beside_the_first_of_its_own_is_a_tag_that_moves() -> None:
    """Seen: 1.2 has the content of 1.2.4, and stood before 1.2.0: provenance was "lost with 1.2, gained with 1.2.0"."""
    tags = ("1.1", "1.2.0", "1.2.4", "1.2", "1.2.4-alpine", "1.2-alpine", "v1.2")
    assert chosen(*tags, scope=AuditScope()) == ["1.2.4", "1.2.0", "1.1", "1.2.4-alpine", "1.2-alpine"]
    assert chosen(*tags, scope=AuditScope(("1.2",))) == ["1.2"]


def test_tags_that_the_policy_ignores(tmp_path: Path) -> None:
    policies = written(tmp_path, 'images:\n  - match: "quay.io/acme/app"\n    ignore: e2e-.*|.*-amd64\n')
    found = choose(HERE, ["1.0.0", "e2e-1.0", "1.0.0-amd64"], policies, AuditScope())
    assert [one.image.tag for one in found.images] == ["1.0.0"]
    assert found.left_out == 0


def test_the_repositories_of_a_policy(tmp_path: Path) -> None:
    policies = written(
        tmp_path,
        'images:\n  - match: ["{quay.io,docker.io}/acme/app:1.*", "quay.io/acme/app"]\n  - match: "ghcr.io/acme/*"\n',
    )
    named, wild = repositories_of(policies)
    assert [one.name for one in named] == ["quay.io/acme/app", "docker.io/acme/app"]
    assert wild == ("ghcr.io/acme/*",)


@pytest.mark.parametrize("text", ["quay.io/acme/app:1.2.3", f"quay.io/acme/app@sha256:{'a' * 64}", "A B", ""])
def test_one_image_is_not_a_repository(text: str) -> None:
    with pytest.raises(InvalidReferenceError):
        repository(text)


def test_a_port_is_not_a_tag() -> None:
    assert repository("localhost:5000/acme/app").name == "localhost:5000/acme/app"
