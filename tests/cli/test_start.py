"""What a check imports, counted and named: imports are four fifths of the processor time of `provenance check`."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bot.rules import catalogue
from tests.cli.test_main import imported_by
from tests.conftest import ROOT, SHARED

SAMPLE: Final = "oci:bot/demo/images/max-sbom_2p_dflt"
SIGNED: Final = SHARED / "images" / "sig-key"

NEVER: Final = {
    "structlog",
    "rich",
    "pygments",
    "redis",
    "docket",
    "slack_sdk",
    "slack_bolt",
    "jinja2",
    "yaml",
    "ruamel.yaml",
    "lark",
    "jwt",
    "sigstore",
    "tuf",
    "univers",
    "cramjam",
    "prometheus_client",
    "difflib",
    "tomllib",
    "aiohttp.web",
    "importlib.metadata",
    "bot.store",
    "bot.slack",
    "bot.jobs",
    "bot.login.options",
    "bot.digest.schedule",
    "bot.attestations.cyclonedx",
    "bot.attestations.foreign",
    "bot.attestations.json_syntax",
    "bot.attestations.sbom_reading",
    "bot.attestations.secrets.values",
    "bot.attestations.spdx3",
    "bot.attestations.spdx_tags",
    "bot.check.facts",
    "bot.check.git_tag",
    "bot.oci.auth.challenge",
    "bot.oci.auth.docker_config",
    "bot.oci.auth.helper",
    "bot.oci.catalogue.catalogue",
    "bot.oci.catalogue.hub",
    "bot.oci.catalogue.quay",
    "bot.releases.git_tag",
    "bot.oci.wire.retry_after",
    "bot.readers",
    "bot.releases.versions",
    "bot.rules.builders",
    "bot.rules.capture",
    "bot.rules.platforms",
    "bot.rules.sights",
    "bot.rules.twins",
    "bot.settings_examples",
    "bot.signatures.docker_hardened.search",
    "bot.signatures.stored",
    "bot.workflows.github_runs",
    "bot.workflows.github_tags",
    "bot.workflows.hosts",
}
"""What no check of one image needs that is all right, or not signed, and is compared with nothing."""

OTHER_FAILURES: Final = {"bot.causes.docker_manifest", "bot.causes.load_then_push", "bot.causes.sbom_not_requested"}
"""Causes of rules that do not fail for the sample."""

ONLY_SIGNED: Final = {
    "cryptography",
    "bot.attestations.scan",
    "bot.signatures.fetch",
    "bot.signatures.layers",
    "bot.signatures.verify",
}
OTHER_LAYOUTS: Final = {
    "rfc3161_client",
    "bot.signatures.bundles.procedure",
    "bot.signatures.docker_dsse",
    "bot.signatures.docker_hardened.layout",
    "bot.signatures.notation.procedure",
    "bot.signatures.timestamps",
}
"""What a signature by key, found by its tag, has nothing to do with."""

OURS_MAX: Final = 234
"""Modules of ours in a check without signatures, besides the rules: each of these is one."""

ALL_MAX: Final = 665
"""All modules; 648 with Python 3.11 when this was written. Other versions have a few more or fewer."""

SIGNED_MAX: Final = 755
"""All modules where there is a signature by key; 738 when this was written."""


def count_of_ours(modules: set[str]) -> int:
    rules = {rule.module for rule in catalogue()}
    return sum(name == "bot" or name.startswith("bot.") for name in modules - rules)


def test_a_check_imports_what_it_needs_and_no_more() -> None:
    seen = imported_by("check", "--format", "json", SAMPLE)
    assert {"aiohttp", "bot.check.judging"} <= seen  # it was a check
    assert not seen & (NEVER | ONLY_SIGNED | OTHER_LAYOUTS | OTHER_FAILURES)
    assert count_of_ours(seen) <= OURS_MAX
    assert len(seen) <= ALL_MAX


@pytest.mark.skipif(not SIGNED.is_dir(), reason="needs the shared data")
def test_a_signature_by_key_imports_no_other_layout() -> None:
    seen = imported_by("check", "--format", "json", f"oci:{SIGNED}:v1")
    assert seen >= ONLY_SIGNED
    assert not seen & (NEVER | OTHER_LAYOUTS)
    assert len(seen) <= SIGNED_MAX


READERS: Final = {f"bot.workflows.readers.{name}" for name in ("gitlab", "just", "make", "other_ci", "taskfile")}


def test_lint_imports_readers_of_the_kinds_that_are_there(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n")
    assert not imported_by("lint", str(tmp_path)) & {*READERS, "aiohttp", "lark", "pydantic", "ruamel.yaml", "tempfile"}
    (tmp_path / "Makefile").write_text("test:\n\ttrue\n")
    assert imported_by("lint", str(tmp_path)) & READERS == {"bot.workflows.readers.make"}


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("check", "--help")])
def test_what_asks_nobody_imports_no_client_and_no_models(words: tuple[str, ...]) -> None:
    seen = imported_by(*words)
    assert not seen & {"aiohttp", "asyncio", "pydantic", "cryptography", "redis", "rich", "structlog"}


def test_a_file_beside_the_command_is_not_imported(tmp_path: Path) -> None:
    command = tmp_path / "provenance"
    command.write_text("import sys\nfrom provenance_bot import main\nsys.exit(main())\n")
    (tmp_path / "argparse.py").write_text("raise SystemExit('imported')\n")
    done = subprocess.run([sys.executable, command, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, done.stderr) == (0, "")


LAST: Final = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count(), len(gc.get_objects())))  # the last of all that run at the end
from bot.__main__ import main
main(["--version"])
"""


def test_the_end_does_not_look_through_all_that_is_left() -> None:
    command = [sys.executable, "-c", LAST]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    kept, looked_at = map(int, out.splitlines()[-1].split())
    assert kept > 100 * looked_at
