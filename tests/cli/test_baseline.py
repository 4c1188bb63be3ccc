"""`provenance check A --baseline B`: what was lost since B fails; with Microcks' history as a layout with tags."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.cli.exit_codes import FAILED, UNCHECKED, USAGE
from tests.cli.at_terminal import ran
from tests.history import ROOT_FILE, history, layout

Releases = dict[str, str]
"""Each as oci:PATH:VERSION."""

LOSSES = ("provenance-lost", "sbom-lost", "signature-lost", "platform-lost", "provenance-builder-changed")

LEGACY_ALONE = """\
images:
  - match: "**"
    require: [signature-lost]
    layouts: [cosign-tag]
"""


@pytest.fixture(scope="module")
def microcks(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    return history(tmp_path_factory.mktemp("microcks"))


@pytest.fixture(autouse=True)
def its_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_TRUSTED_ROOTS", json.dumps([str(ROOT_FILE)]))


def report(capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401 - JSON
    main(["check", "--format", "json", *words])
    return json.loads(capsys.readouterr().out)


def outcomes(document: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    return {one["rule"]: one["outcome"] for one in document["results"] if one["rule"] in LOSSES}


@pytest.mark.parametrize(
    ("now", "before", "lost"),
    [
        ("1.11.0", "1.10.1-fix-1", set()),
        ("1.10.1-fix-1", "1.11.0", {"provenance-lost", "sbom-lost"}),
        ("1.11.1", "1.11.0", {"sbom-lost"}),
        ("1.11.2", "1.11.1", set()),  # another layout, which the built-in policy does not mind
        ("1.11.3", "1.11.1", {"provenance-lost", "signature-lost"}),
        ("1.11.3", "1.11.2", {"provenance-lost", "signature-lost"}),
    ],
)
def test_what_each_release_has_lost(
    microcks: Releases, capsys: pytest.CaptureFixture[str], now: str, before: str, lost: set[str]
) -> None:
    document = report(capsys, microcks[now], "--baseline", microcks[before])
    found = {rule for rule, outcome in outcomes(document).items() if outcome == "fail"}
    assert found - {"provenance-builder-changed"} == lost
    assert "unknown" not in outcomes(document).values()
    assert document["baseline"]["image"] == microcks[before]


def test_a_signature_in_another_layout_is_lost_for_readers_of_the_old_one(
    microcks: Releases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(LEGACY_ALONE)
    document = report(capsys, microcks["1.11.2"], "--baseline", microcks["1.11.1"], "--policy", str(policy))
    (lost,) = [one for one in document["results"] if one["rule"] == "signature-lost"]
    assert (lost["outcome"], document["verdict"]) == ("fail", "fail")
    assert "signed only as bundle" in lost["findings"][0]["message"]
    assert [one["cause"] for one in lost["causes"]] == ["signed-other-format"]


def test_in_words(microcks: Releases) -> None:
    code, out, _ = ran("check", microcks["1.10.1-fix-1"], "--baseline", microcks["1.11.0"])
    assert code == FAILED
    assert f"compared with {microcks['1.11.0']}" in out.replace("\n  ", "")
    assert "no provenance; it was there in max mode in 1.11.0" in out
    assert "provenance-missing fails, too: the same" in " ".join(out.split())


def test_without_one_nothing_is_compared(microcks: Releases, capsys: pytest.CaptureFixture[str]) -> None:
    document = report(capsys, microcks["1.11.1"])
    assert document["baseline"] is None
    skipped = [one for one in document["results"] if one["rule"] == "sbom-lost"]
    assert [(one["outcome"], one["code"]) for one in skipped] == [("skipped", "no-baseline")]


def test_the_same_digest_has_lost_nothing(
    microcks: Releases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    again = layout(tmp_path / "again", "1", "min_2p_dflt")
    document = report(capsys, microcks["1.11.3"], "--baseline", f"oci:{again}:1")
    assert set(outcomes(document).values()) == {"pass"}


def test_a_baseline_that_cannot_be_read_makes_a_lack_unknown(
    microcks: Releases, capsys: pytest.CaptureFixture[str]
) -> None:
    document = report(capsys, microcks["1.11.3"], "--baseline", f"{microcks['1.11.0']}.9")
    assert outcomes(document)["provenance-lost"] == outcomes(document)["signature-lost"] == "unknown"
    assert document["baseline"] is None


def test_an_image_that_cannot_be_read_has_lost_nothing_that_we_know_of(microcks: Releases) -> None:
    assert main(["check", f"{microcks['1.11.0']}.9", "--baseline", microcks["1.11.0"]]) == UNCHECKED


def test_an_attestation_that_was_deleted_since_is_a_loss(
    microcks: Releases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The same tag, and the registry no longer has what its index names."""
    now = layout(tmp_path / "now", "1", "max-sbom_2p_dflt")
    index = json.loads((now / "index.json").read_bytes())["manifests"][0]["digest"]
    for child in json.loads((now / "blobs" / index.replace(":", "/")).read_bytes())["manifests"]:
        if child.get("platform", {}).get("os") == "unknown":
            (now / "blobs" / child["digest"].replace(":", "/")).unlink()
    document = report(capsys, f"oci:{now}:1", "--baseline", microcks["1.11.0"])
    assert outcomes(document)["provenance-lost"] == "fail"
    assert outcomes(document)["sbom-lost"] == "fail"


def test_wrong_usage(microcks: Releases) -> None:
    one, other = microcks["1.11.0"], microcks["1.11.1"]
    for words, message in (((one, other, "--baseline", one), "is for one image"), ((one, "--baseline", one), "itself")):
        code, _, err = ran("check", *words)
        assert (code, message in err) == (USAGE, True), err
