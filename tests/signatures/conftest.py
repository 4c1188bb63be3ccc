"""One private Sigstore for all tests of this room; making keys takes longer than most tests."""

import pytest

from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore


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
