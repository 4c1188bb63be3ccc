"""One private Sigstore for all tests of this room; making keys takes longer than most tests."""

from collections.abc import AsyncIterator

import pytest

from tests.fake_registry import FakeRegistry
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore
from tests.signatures.signing import Signed


@pytest.fixture(scope="session")
def sigstore() -> PrivateSigstore:
    return PrivateSigstore()


@pytest.fixture(scope="session")
def stranger() -> PrivateSigstore:
    """Another instance, which nobody here trusts."""
    return PrivateSigstore(name="stranger")


@pytest.fixture(scope="session")
def signer(sigstore: PrivateSigstore) -> Signer:
    return sigstore.signer()


@pytest.fixture
async def plain() -> AsyncIterator[Signed]:
    """A registry as the specification says, for what does not depend on it."""
    async with FakeRegistry() as registry:
        yield Signed(registry)
