"""An idle server holds nothing in memory that it does not use."""

import subprocess
import sys

import pytest

CLUSTER = ("redis.cluster", "redis.asyncio.cluster", "redis.commands.cluster", "redis.keyspace_notifications")
NEVER = ("rich", "pygments", "beartype", "key_value", "sqlite3", "greenlet", *CLUSTER)
ONLY_IF_SET = (
    "slack_bolt",
    "slack_sdk",
    "jwt",
    "cryptography.x509",
    "opentelemetry.sdk",
    "ruamel.yaml",
    "bot.policy.file",
)
ONLY_IF_ASKED = (
    "bot.check.audit.run",
    "bot.check.fixing",
    "bot.jobs.homes",
    "bot.jobs.unfurls",
    "bot.workflows.find",
    "bot.workflows.source",
    "ctypes",
    "difflib",
    "handlers.webhooks.senders.github",
    "jinja2",
    "prometheus_client",
    "xml.etree",
    "yaml",
)
"""Audits, App Home and previews of links in Slack, fixes by pull request, the workflow of a failing image, /metrics,
feeds, pages, and each sender of webhooks."""

STARTED = (
    "import handlers.__main__, bot.cli.run_until_stopped, bot.jobs.worker, bot.jobs.metrics, sys;"
    "from bot.jobs.plain_docket import PlainDocket; PlainDocket(name='jobs', url='redis://127.0.0.1:9/0')"
)
"""All parts, and the queue, which imports more when it is made."""


def _imported(before: str) -> set[str]:
    told = f"{before}; {STARTED}; print(*sys.modules)"
    command = [sys.executable, "-c", told]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    return set(ended.stdout.split())


@pytest.mark.long
def test_a_server_starts_without_what_it_does_not_use() -> None:
    imported = _imported("from bot.lean import import_lean; import_lean()")
    assert not imported & {*NEVER, *ONLY_IF_SET, *ONLY_IF_ASKED}
    assert {"docket", "structlog"} <= imported


@pytest.mark.long
def test_docket_asks_for_what_is_left_out_as_long_as_it_is_left_out_here() -> None:
    """Once docket does without, this fails, and bot/lean.py can go."""
    imported = _imported("pass")
    assert {"key_value", "beartype", *CLUSTER} <= imported


def test_the_system_has_nothing_to_say_about_types_of_files() -> None:
    told = "from bot.lean import import_lean; import_lean(); import handlers.__main__, mimetypes"
    command = [sys.executable, "-c", f"{told}; print(mimetypes.guess_type('a.css')[0], mimetypes.knownfiles)"]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    assert ended.stdout.strip() == "text/css []"
