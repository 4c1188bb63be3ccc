"""What comparing two images, and looking at several in one call, asks of a registry, by kind."""

from datetime import UTC, datetime

from bot.check.looker import Looker
from bot.policy import default_policies
from tests.asked_kinds import Kind, kinds
from tests.check.versions import Versions
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened


async def test_two_versions_that_share_a_platform() -> None:
    """The manifests say how large the platforms are, too: nobody asks for them a second time."""
    async with FakeRegistry() as fake, opened(fake) as registries:
        versions = Versions(fake, same=("arm64",))
        repository = versions.push(2)
        looker = Looker(registries, default_policies())
        before, after = (repository.tagged(f"1.{number}.0") for number in range(2))
        difference = await looker.compare(before, after, datetime.now(UTC))
    assert difference.changes is not None
    # each index; three platforms and their attestation manifests; their configurations and statements
    assert kinds(fake) == {Kind.TAG: 2, Kind.MANIFEST: 6, Kind.BLOB: 6}
