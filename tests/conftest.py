"""Where the test data is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.real_parts import docker_registry as docker_registry  # noqa: PLC0414 - a fixture for all rooms
from tests.real_redis import empty_store as empty_store  # noqa: PLC0414
from tests.real_redis import redis_server as redis_server  # noqa: PLC0414
from tests.real_redis import store as store  # noqa: PLC0414
from tests.real_redis import valkey as valkey  # noqa: PLC0414

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "bot" / "demo" / "images"
"""The sample images of the demo: real BuildKit builds, as OCI layouts."""

SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The larger data beside the repository; tests that want it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("no data beside the repository")
    return SHARED


# On a busy machine generating an example may take long; no test here is about time.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
