"""Where the test data is, and how the workers of a run share the work of compiling the tests."""

import gc
import importlib
import logging
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
import structlog
from hypothesis import HealthCheck, settings
from structlog.stdlib import ProcessorFormatter

from tests import forks
from tests.real_parts import docker_registry as docker_registry  # noqa: PLC0414 - a fixture for all rooms
from tests.real_redis import empty_store as empty_store  # noqa: PLC0414
from tests.real_redis import redis_server as redis_server  # noqa: PLC0414
from tests.real_redis import store as store  # noqa: PLC0414
from tests.real_redis import valkey as valkey  # noqa: PLC0414
from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "bot" / "demo" / "images"
"""The sample images of the demo: real BuildKit builds, as OCI layouts."""

SHARED = ROOT.parent / "shared" / "data"


LIMITS: Final = (
    ("bot.intake.fan_out", "LIST_MAX"),
    ("bot.intake.intake", "STORE_TIME"),
    ("bot.jobs.checker", "KEEP_SECONDS"),
    ("bot.jobs.checker", "SISTERS_SECONDS"),
    ("bot.jobs.comparing", "HEAD_SECONDS"),
    ("bot.jobs.comparing", "STORE_SECONDS"),
    ("bot.jobs.health", "LOOK_MAX"),
    ("bot.jobs.queue", "ENQUEUE_MAX"),
    ("bot.jobs.readings", "LOOK_MAX"),
    ("bot.login.caller", "CALL_TIME"),
    ("bot.oci.referrers_apis", "SHARED_SECONDS"),
    ("bot.oci.wire.gates", "SHARED_SECONDS"),
    ("bot.oci.wire.proxy_way", "LOOKUP_MAX"),
    ("bot.store.cancelling", "ANSWER_MAX"),
    ("bot.store.connection", "ANSWER_MAX"),
    ("bot.store.connection", "CONNECT_MAX"),
    ("bot.workflows.github_exchange", "SECONDS"),
    ("handlers.actions.listeners", "STORE_TIME"),
    ("handlers.actions.recheck", "STORE_TIME"),
    ("handlers.commands.check", "STORE_TIME"),
    ("handlers.commands.in_time", "STORE_TIME"),
    ("handlers.commands.questions", "STORE_TIME"),
    ("handlers.commands.status", "STORE_TIME"),
    ("handlers.events.link", "TIME_MAX"),
    ("handlers.events.mention", "TIME_MAX"),
    ("handlers.functions.check_image", "TIME_MAX"),
    ("handlers.health", "LOOK_MAX"),
    ("handlers.home.listener", "STORE_TIME"),
    ("handlers.oauth.apps", "LOOK_MAX"),
    ("handlers.shortcuts.check_message", "STORE_TIME"),
    ("handlers.slack", "REPLAY_TIME"),
    ("handlers.slack_dispatch", "CLAIM_MAX"),
    ("handlers.slack_link", "HELLO_MAX"),
    ("handlers.webhooks.door", "COUNT_TIME"),
    ("handlers.webhooks.key_document", "FETCH_TIME"),
)
"""How long others may take to answer (store, registries, login provider), and where that is said."""


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The larger data beside the repository; tests that want it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("no data beside the repository")
    return SHARED


@pytest.fixture(autouse=True, scope="session")
def the_fork_server_ends() -> Iterator[None]:
    """The process that commands are forked from (tests/forks), if a test has asked for it."""
    yield
    forks.end()


@pytest.fixture(autouse=True, scope="session")
def patience_with_others() -> Iterator[None]:
    """On a busy machine they answer late. A test of these limits sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        for module, limit in LIMITS:
            if module in sys.modules:  # else no test of this run needs it, and importing it takes long
                patch.setattr(sys.modules[module], limit, PATIENCE)
        yield


@pytest.fixture(autouse=True)
def logs_of_this_test_alone() -> Iterator[None]:
    """A test that sets up logging writes to its own captured stderr; the next one must not write there."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root = logging.getLogger()
        root.handlers = [one for one in root.handlers if not isinstance(one.formatter, ProcessorFormatter)]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Each worker imports the test modules from another place on: what one has compiled, the others find.

    pytest compiles each assert into many; without this, all workers would do that for all modules at the same time.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    gc.disable()  # until all is collected: see pytest_collection
    modules = sorted(path.relative_to(ROOT).with_suffix("") for path in ROOT.glob("tests/**/test_*.py"))
    first = len(modules) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for module in modules[first:] + modules[:first]:
        with suppress(Exception):  # the collection says it better
            importlib.import_module(".".join(module.parts))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Modules and tests stay until the end: looking for garbage among them took a sixth of this time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(trylast=True)  # what is not selected has gone by then
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker begins with its share of the long tests: one that begins last would be waited for alone.

    With `--dist worksteal` each worker gets an equal part of the list, in its order, and the first who is ready takes
    from the end of another's part.
    """
    left = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    long = [item for item in items if item.get_closest_marker("long")]
    short = [item for item in items if not item.get_closest_marker("long")]
    ordered: list[pytest.Item] = []
    while left:
        size = (len(items) - len(ordered)) // left
        share = long[: min(-(-len(long) // left), size)]
        rest = short[: size - len(share)]
        ordered += share + rest
        del long[: len(share)], short[: len(rest)]
        left -= 1
    items[:] = ordered + long + short


def pytest_collection_finish() -> None:
    """What stays until the end is not looked at again by each collection of garbage, of which there are fewer."""
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


# On a busy machine generating an example may take long; no test here is about time.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
