"""Our own release workflow: pinned, by digest, and held to our own policy before anybody can name the image."""

import json
import re

import pytest

from bot.__main__ import main
from tests.conftest import ROOT
from tests.shipping.steps import action, load

GOOD = f"oci:{ROOT / 'bot' / 'demo' / 'images' / 'max-sbom_2p_dflt'}"


def test_our_own_files_are_clean(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["lint", "--strict", "."]) == 0, capsys.readouterr().out


def test_our_release_is_held_to_our_own_policy() -> None:
    jobs = load(".github/workflows/release.yml")["jobs"]
    (ours,) = [step for step in jobs["check"]["steps"] if step.get("uses") == "./"]
    assert jobs["check"]["needs"] == "image"
    assert ours["with"]["images"].endswith("@${{ needs.image.outputs.digest }}")
    assert main(["policy", "check", str(ROOT / ours["with"]["policy"])]) == 0
    assert set(ours["with"]) <= set(action()["inputs"])


def test_an_image_gets_its_tags_only_after_it_has_passed() -> None:
    jobs = load(".github/workflows/release.yml")["jobs"]
    (build,) = [step["with"] for step in jobs["image"]["steps"] if step.get("id") == "build"]
    assert "tags" not in build
    assert {"push-by-digest=true", "push=true"} <= set(build["outputs"].split(","))
    assert "check" in jobs["publish"]["needs"]
    tagging = [name for name, job in jobs.items() if "imagetools create" in str(job)]
    assert tagging == ["publish"]
    assert "id-token" not in jobs["publish"]["permissions"], "only what signs may prove the workflow's identity"


@pytest.mark.parametrize("name", ["ghcr.io/provenance-bot/provenance-bot", "ghcr.io/fork/another-name"])
def test_our_policy_fails_what_nobody_signed_under_any_name(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No entry for a name would mean the built-in policy, which asks for no signature."""
    monkeypatch.setenv("PROVENANCE_MIRRORS", json.dumps({name: GOOD}))
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    policy = str(ROOT / "deploy" / "policies" / "own.yaml")
    assert main(["check", "--format", "json", "--policy", policy, f"{name}:max-sbom_2p_dflt"]) == 1
    outcomes = {one["rule"]: one["outcome"] for one in json.loads(capsys.readouterr().out)["results"]}
    assert outcomes["signature-missing"] == "fail"


def test_our_release_is_made_by_actions_that_nobody_can_change() -> None:
    """A tag of an action may be moved; a commit may not. The version stands beside it."""
    for path in (*(ROOT / ".github" / "workflows").iterdir(), ROOT / "action.yml"):
        used = re.findall(r"\buses: (.*)", path.read_text())
        assert used
        for line in used:
            assert line == "./" or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
