"""`provenance audit` as people and pipelines use it."""

import asyncio
import csv
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.audit_memory import AuditMemory
from bot.cli.auditing import deciding
from bot.errors import UsageError
from bot.oci.reference import Reference
from bot.policy import default_policies
from bot.policy.source import policies_from
from bot.report.audit import AuditRow
from bot.settings_source import load
from tests.conftest import ROOT
from tests.fake_registry import FakeRegistry, Referrers
from tests.forks import forked
from tests.making import NOW, digest
from tests.registry_faults import Hang, Status
from tests.waiting import PATIENCE

HISTORY = {"1.0.0": "none_2p_dflt", "1.1.0": "max-sbom_2p_dflt", "1.2.0": "min_2p_dflt"}


@pytest.fixture
async def registry(samples: Path) -> AsyncIterator[FakeRegistry]:
    # The samples are builds of one content, so with referrers each would have the statements of all.
    async with FakeRegistry(referrers=Referrers.NONE, fallback_tags=False) as fake:
        for tag, name in HISTORY.items():
            fake.add_layout(samples / name, "acme/app", tag=tag)
            del fake.repository("acme/app").tags[name]
        yield fake


def environment(folder: Path) -> dict[str, str]:
    """A home of its own; the command asks nobody but the test's registry."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PROVENANCE_GITHUB_API": ""}


def started(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """The command, in an interpreter of its own."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", "audit", *words],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


async def ran(folder: Path, *words: str) -> tuple[int, str, str]:
    code, out, err = await asyncio.to_thread(forked, ("audit", *words), environment(folder))
    assert "Traceback" not in err, err
    return code, out, err


async def test_a_table_for_people(registry: FakeRegistry, tmp_path: Path) -> None:
    code, out, err = await ran(tmp_path, f"{registry.host}/acme/app")
    assert (code, err) == (1, "")
    assert "provenance: lost with 1.2.0 (max -> min, after 1.1.0)" in out
    assert out.isascii()


async def test_csv_json_and_markdown(registry: FakeRegistry, tmp_path: Path) -> None:
    _, out, _ = await ran(tmp_path, f"{registry.host}/acme/app", "--format", "csv", "--last", "2")
    assert [line["tag"] for line in csv.DictReader(io.StringIO(out))] == ["1.2.0", "1.1.0"]
    _, out, _ = await ran(tmp_path, f"{registry.host}/acme/app", "--format", "json", "--tags", "1.0.*")
    assert [row["mode"] for row in json.loads(out)["rows"]] == ["none"]
    _, out, _ = await ran(tmp_path, f"{registry.host}/acme/app", "--format", "markdown")
    assert out.startswith("**3 images: 2 FAIL, 1 warn**")


async def test_the_repositories_of_the_policy_and_its_eras(registry: FakeRegistry, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        f'images:\n  - match: "{registry.host}/acme/app"\n'
        "    since: { provenance-missing: 2030-01-01, sbom-missing: 2030-01-01, provenance-mode-min: 2030-01-01 }\n"
    )
    code, out, _ = await ran(tmp_path, "--policy", str(policy))
    assert code == 0
    assert "3 images: 1 warn, 2 before" in out


def named_by(registry: FakeRegistry, tag: str) -> set[str]:
    """The digests in a version's own document."""
    held = registry.repository("acme/app")
    return set(re.findall(r"sha256:[0-9a-f]{64}", held.manifests[held.tags[tag]].data.decode()))


async def test_killed_it_goes_on_where_it_was(registry: FakeRegistry, tmp_path: Path, samples: Path) -> None:
    """Kill -9 while one image hangs; the rows of the others are not asked for again."""
    registry.add_layout(samples / "max-args_1p_classic", "acme/app", tag="0.9.0")
    slow = (named_by(registry, "1.2.0") - named_by(registry, "1.1.0") - named_by(registry, "1.0.0")).pop()
    registry.fault(f"/manifests/{slow}", Hang(), method="GET")
    process = started(tmp_path, f"{registry.host}/acme/app")
    memory = tmp_path / ".cache/provenance-bot/audits"
    async with asyncio.timeout(PATIENCE):
        while not any(file.read_text().count("\n") == 3 for file in memory.glob("*.jsonl")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.communicate)
    with next(memory.glob("*.jsonl")).open("a") as file:
        file.write('{"repository": "torn')
    registry.heal()
    registry.requests.clear()
    code, out, _ = await ran(tmp_path, f"{registry.host}/acme/app", "--resume")
    assert code == 1
    assert "4 images: 3 FAIL, 1 warn" in out
    asked = {one.path.rpartition("/")[2] for one in registry.requests}
    assert named_by(registry, "1.2.0") <= asked
    assert not named_by(registry, "0.9.0") & asked  # 1.1.0 is what 1.2.0 is compared with
    assert [file.read_text() for file in memory.glob("*.jsonl")] == [""]


async def test_a_registry_that_does_not_answer_is_no_failure_of_the_images(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    registry.fault("/manifests/", Status(404))
    code, out, _ = await ran(tmp_path, f"{registry.host}/acme/app")
    assert code == 3
    assert "3 images: 3 unknown" in out
    assert "lost" not in out


async def test_nothing_audited_is_no_pass(registry: FakeRegistry, tmp_path: Path) -> None:
    """Seen: a glob that the registry does not expand gave "0 images" and exit code 0, so a job in CI was green."""
    code, out, _ = await ran(tmp_path, f"{registry.host}/acme/*")
    assert code == 3
    assert "name each of them" in out
    code, _, _ = await ran(tmp_path, f"{registry.host}/acme/app", "--tags", "9.*")
    assert code == 3


async def test_a_home_that_cannot_be_written_is_said(registry: FakeRegistry) -> None:
    code, out, err = await ran(Path("/dev/null"), f"{registry.host}/acme/app")
    assert code == 1
    assert "cannot be resumed" in err
    assert "3 images" in out
    code, out, _ = await ran(Path("/dev/null"), f"{registry.host}/acme/app", "--resume")
    assert (code, out) == (2, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name a repository"),
        (("quay.io/acme/app:1.2.3",), "is one image"),
        (("--last", "0", "quay.io/acme/app"), "expected a number"),
        (("--last", "x", "quay.io/acme/app"), "expected a number"),
        (("--format", "xml", "quay.io/acme/app"), "invalid choice"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(["audit", *words])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else -1
    assert code == 2
    assert told in capsys.readouterr().err


class TestMemory:
    ROW = AuditRow(repository="quay.io/a/b", tag="1", digest=digest("x"), checked_at=NOW)

    def test_it_is_private_and_locked(self, tmp_path: Path) -> None:
        folder = tmp_path / "audits"
        memory = AuditMemory(folder, ["a"], resume=False)
        with pytest.raises(UsageError, match="is running already"):
            AuditMemory(folder, ["a"], resume=True)
        AuditMemory(folder, ["b"], resume=False).close()
        memory.close()
        AuditMemory(folder, ["a"], resume=True).close()
        modes = [stat.S_IMODE(os.stat(file).st_mode) for file in (folder, *folder.iterdir())]  # noqa: PTH116
        assert set(modes) == {0o700, 0o600}

    def test_an_old_row_and_another_digest_are_looked_at_again(self, tmp_path: Path) -> None:
        memory = AuditMemory(tmp_path / "audits", ["a"], resume=False)
        memory.keep(self.ROW)
        memory.close()
        memory = AuditMemory(tmp_path / "audits", ["a"], resume=True)
        assert memory.size == 1
        assert memory.known(Reference.parse("quay.io/a/b:1"), digest("x")) is None  # of NOW, which is long ago
        assert memory.known(Reference.parse("quay.io/a/b:1"), digest("y")) is None
        memory.close()

    def test_without_resume_it_begins_anew(self, tmp_path: Path) -> None:
        memory = AuditMemory(tmp_path / "audits", ["a"], resume=False)
        memory.keep(self.ROW)
        memory.close()
        memory = AuditMemory(tmp_path / "audits", ["a"], resume=False)
        assert memory.size == 0
        memory.close()


@pytest.mark.parametrize("word", ["images.txt", "./images.txt", "@images.txt"])
def test_a_list_of_names_is_not_said_to_be_read(
    word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen: `audit images.txt` said to write `@images.txt`, which audit does not know."""
    monkeypatch.chdir(tmp_path)
    Path("images.txt").write_text("quay.io/acme/app\n")
    assert main(["audit", word]) == 2
    assert capsys.readouterr().err.endswith("images.txt is a file; name the repositories that it lists\n")


def test_whatever_decides_what_the_rows_say_makes_it_another_audit(tmp_path: Path) -> None:
    policy, root = tmp_path / "policy.yaml", tmp_path / "root.json"
    root.write_text("old")
    settings = load().model_copy(update={"trusted_roots": (root,)})

    def said(text: str) -> tuple[str, ...]:
        policy.write_text(text)
        return deciding(policies_from(policy), settings, has_file=True)

    first = said('images: [{ match: "quay.io/acme/*" }]')
    assert said('images: [{ match: "quay.io/acme/*", require: [] }]') != first
    assert said('images: [{ match: "quay.io/acme/*" }]') == first
    root.write_text("new")
    assert said('images: [{ match: "quay.io/acme/*" }]') != first


@pytest.mark.parametrize(
    "change",
    [{"sbom_max": 7}, {"statement_max": 7}, {"github_api": ""}, {"public_root": False}, {"tuf": "https://tuf"}],
)
def test_so_does_a_setting_that_decides_and_another_version_of_the_program(
    change: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer version may see what the older one took for a pass."""
    policies, settings = default_policies(), load()
    first = deciding(policies, settings, has_file=False)
    assert deciding(policies, settings.model_copy(update=change), has_file=False) != first
    monkeypatch.setattr("bot.cli.auditing.own_build", lambda: "0.2.0")
    assert deciding(policies, settings, has_file=False) != first


def test_where_no_tag_is_looked_at_it_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", f"oci:{ROOT}/bot/demo/images/max-sbom_2p_dflt"]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "no tag to look at (1 left out; 1 of them moves by design, see --rolling)" in said
