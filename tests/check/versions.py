"""A repository with many versions of two platforms, each with provenance; nobody has signed them yet."""

from bot.oci.reference import Reference
from tests.attestations.predicates import v1
from tests.evidence.building import NAME, Json
from tests.fake_registry import FakeRegistry
from tests.signatures.signing import Signed


class Versions(Signed):
    """Version N has the tag 1.N.0; `latest` is the last one. `same`: architectures that are the same in all."""

    def __init__(self, registry: FakeRegistry, *, same: tuple[str, ...] = ()) -> None:
        super().__init__(registry)
        self._same = same

    def push(self, count: int) -> Reference:
        """So many versions; the repository."""
        for number in range(count):
            self.registry.tag(NAME, "latest", self.version(number))
        return Reference.parse(f"{self.registry.host}/{NAME}")

    def version(self, number: int) -> str:
        """One version; the digest of its index."""
        platforms = [self.of(number, architecture) for architecture in ("amd64", "arm64")]
        attested = [self.attestation(one, self.statement(one, v1())) for one in platforms]
        return self.index(*platforms, *attested, tag=f"1.{number}.0", annotations={"version": str(number)})

    def of(self, number: int, architecture: str) -> Json:
        """One platform of a version."""
        label = "same" if architecture in self._same else str(number)
        name = f"linux/{architecture}"
        return self.platform(name, config=self.config(name, config={"Labels": {"version": label}}))
