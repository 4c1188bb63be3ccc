"""`provenance check` as people and pipelines use it."""

import json
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.cli.checking import exit_code
from bot.report import Report, Verdict
from tests.cli.at_terminal import ran, started
from tests.conftest import ROOT
from tests.forks import NOTHING_SET, forked
from tests.making import NOW
from tests.waiting import PATIENCE

GOOD, LEAKY, MIN, NONE, HALF = (
    "max-sbom_2p_dflt",
    "max-args_1p_classic",
    "min_2p_dflt",
    "none_2p_dflt",
    "der-imagetools-merge_partial",
)
VERDICT = "WARN"
"""On GOOD: it has all that is required, but nobody signed it, and its provenance names neither builder nor source."""


def check(*words: str) -> int:
    """In this process, which is quicker; what it prints is in capsys."""
    return main(["check", *words])


def reported(capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401 - JSON
    check("--format", "json", *words)
    return json.loads(capsys.readouterr().out)


def outcome(report: Any, rule: str) -> Any:  # noqa: ANN401 - JSON
    return next(result for result in report["results"] if result["rule"] == rule)


def test_a_good_image_passes(samples: Path) -> None:
    with started("check", f"oci:{samples / GOOD}") as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert out.startswith(f"{VERDICT}  oci:{samples / GOOD}:{GOOD}\n")


def test_a_bad_image_fails_and_says_what_to_do(samples: Path) -> None:
    code, out, _ = ran("check", f"oci:{samples / MIN}:{MIN}")
    assert code == 1
    assert out.startswith("FAIL  ")
    assert "linux/amd64, linux/arm64   min " in out
    assert "provenance: mode=max" in out
    assert out.isascii()
    assert "\x1b" not in out


def test_an_image_that_is_not_there_could_not_be_checked(samples: Path) -> None:
    code, out, _ = ran("check", f"oci:{samples / GOOD}:1.2.3")
    assert code == 3
    assert out.startswith("COULD NOT BE CHECKED  ")
    assert f"its tags: {GOOD}" in " ".join(out.split())


@pytest.mark.slow
def test_a_registry_that_does_not_answer_could_not_be_checked() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        code, out, _ = ran("check", f"127.0.0.1:{port}/x:y", "--format", "json")
    told = json.loads(out)
    assert code == 3
    assert told["verdict"] == "unknown"
    assert {result["outcome"] for result in told["results"]} == {"unknown"}
    assert f"127.0.0.1:{port}" in " ".join(told["notes"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "A B"), "'A B' is not an image name"),
        (("check", "https://hub.docker.com/search"), "web address"),
        (("check",), "required: IMAGE"),
        (("check", "docker", "pull"), "no image is named"),
        (("check", ""), "is not an image name"),
        (("check", "--format", "yaml", "x"), "invalid choice: 'yaml'; choose from text, json, markdown,"),
        (("check", "--format", "jsn", "x"), "argument --format: invalid choice: 'jsn'; did you mean json?"),
        (("policy", "chek"), "invalid choice: 'chek'; did you mean check?"),
        (("slack", "stup"), "did you mean setup?"),
        (("lint", "--explain", "workflow-provenance-mn"), "did you mean workflow-provenance-min?"),
        (("rules", "workflow-sign-tag"), "is a rule of lint: provenance lint --explain workflow-sign-tag"),
        (("check", "--qiet", "x"), "unknown option --qiet; did you mean --quiet?"),
        (("check", "--fromat", "json", "x"), "unknown option --fromat; did you mean --format?"),
        (("check", "--fromat=json", "x"), "did you mean --format?"),
        (("policy", "explain", "--polcy", "x"), "did you mean --policy?"),
        (("rules", "one", "two"), "unknown argument: two"),
        (("check", "oci:/nope"), "the folder /nope does not exist"),
        (("check", "/nope/layout"), "is named oci:/nope/layout"),
        (("check", "docker-archive:x.tar"), "an archive of `docker save` is not read"),
        (("check", "README.md"), "README.md is a file; the names in it are read as @README.md"),
        (("check", "./README.md"), "./README.md is a file; the names in it are read as @./README.md"),
        (("audit", "oci:/nope"), "the folder /nope does not exist"),
        (("audit", "oci:README.md"), "is a file and not a folder"),
        (("rules", "sbom-mising"), "did you mean sbom-missing?"),
        (("rules", "workflow-sign-tag"), "provenance lint --explain workflow-sign-tag"),
        (("watch",), "required: IMAGES\n"),
        (("chekc", "x"), "did you mean `provenance check`?"),
        (("explain", "sbom-missing"), "did you mean `provenance rules RULE`?"),
        (("quay.io/a/b:1",), "`provenance check quay.io/a/b:1`"),
    ],
)
def test_wrong_usage_names_the_thing_and_what_to_do(words: tuple[str, ...], told: str) -> None:
    code, out, err = ran(*words)
    assert code == 2
    assert out == ""
    assert told in err


def test_settings_that_do_not_hold_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROVENANCE_SBOM_MAX", "many")
    assert check("quay.io/a/b:1") == 2
    assert "SBOM_MAX" in capsys.readouterr().err.upper()


def test_interrupted_it_ends_quietly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with started("check", f"127.0.0.1:{silent.getsockname()[1]}/x:y") as process:
            connection, _ = silent.accept()  # the command has sent its request, and waits
            connection.recv(1)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE)
        connection.close()
    assert process.returncode == 130
    assert err == ""


def test_a_reader_that_has_gone_is_no_error(samples: Path) -> None:
    with started("check", "--format", "json", f"oci:{samples / NONE}") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 141
    assert err == ""


def test_several_images_are_told_in_the_order_they_were_named(
    samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = reported(capsys, *(f"oci:{samples / name}" for name in (MIN, GOOD, NONE)))
    assert [each["verdict"] for each in told] == ["fail", VERDICT.lower(), "fail"]


def test_one_that_could_not_be_checked_does_not_hide_the_others(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("-q", f"oci:{tmp_path}", f"oci:{samples / GOOD}") == 3
    assert capsys.readouterr().out.splitlines() == [
        f"COULD NOT BE CHECKED  oci:{tmp_path}",
        f"{VERDICT}  oci:{samples / GOOD}:{GOOD}",
    ]


def test_half_an_index(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = reported(capsys, f"oci:{samples / HALF}")
    missing = outcome(told, "provenance-missing")
    assert [finding["subject"] for finding in missing["findings"]] == ["linux/arm64"]
    assert [platform["provenance"]["mode"] for platform in told["platforms"]] == ["max", None]
    assert outcome(told, "provenance-mode-min")["outcome"] == "skipped"


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_leaked_token_is_named_and_never_shown(samples: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    token = fake_token(samples / LEAKY)
    assert check("--format", form, "--verbose", "--config", "always", f"oci:{samples / LEAKY}") == 1
    out, err = capsys.readouterr()
    assert "TOKEN" in out
    assert "provenance-secret-exposed" in out
    for part in (token, token[:12], token[-12:]):
        assert part not in out + err


def fake_token(layout: Path) -> str:
    """The value of the build argument NPM_TOKEN in the sample's provenance."""
    for blob in (layout / "blobs" / "sha256").iterdir():
        _, found, rest = blob.read_bytes().partition(b'"build-arg:NPM_TOKEN":')
        if found:
            return rest.split(b'"')[1].decode()
    raise AssertionError(layout)


def test_config_says_whether_configurations_are_read(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    never, always = (reported(capsys, "--config", how, f"oci:{samples / GOOD}") for how in ("never", "always"))
    assert always["requests"]["total"] == never["requests"]["total"] + 2
    assert outcome(always, "provenance-secret-exposed")["outcome"] == "pass"
    assert outcome(never, "provenance-secret-exposed")["outcome"] == "unknown"


def test_quiet_is_one_line_and_verbose_shows_what_passed(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check("-q", f"oci:{samples / GOOD}")
    assert capsys.readouterr().out == f"{VERDICT}  oci:{samples / GOOD}:{GOOD}\n"
    check("-v", f"oci:{samples / GOOD}")
    assert "pass: provenance-missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("verdicts", "code", "strict"),
    [
        (["pass"], 0, 0),
        (["warn"], 0, 1),
        (["pass", "warn"], 0, 1),
        (["unknown"], 3, 1),
        (["fail"], 1, 1),
        (["fail", "unknown"], 1, 1),
        (["unknown", "pass"], 3, 1),
    ],
)
def test_exit_codes(verdicts: list[str], code: int, strict: int) -> None:
    reports = [Report(image="x", digest="", checked_at=NOW, verdict=Verdict(each), policy="p") for each in verdicts]
    assert exit_code(reports, strict=False) == code
    assert exit_code(reports, strict=True) == strict


def test_errors_of_a_policy_have_a_line_each(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("images:\n  - match: quay.io/*\n    settle: x\n    requir: [x]\n")
    code, _, err = ran("check", "--policy", str(tmp_path / "p.yaml"), "x")
    assert code == 2
    assert [line.partition(": ")[0] for line in err.splitlines()] == ["provenance", "p.yaml:4"]
    assert "\\n" not in err


@pytest.mark.parametrize("variable", ["PROVENANCE_SBOM_MAX", "PROVENANCE_STATEMENT_MAX"])
def test_what_is_larger_than_a_person_allows_is_unknown(
    variable: str, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = f"oci:{samples / 'max-sbom_2p_dflt'}"
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    assert main(["check", "-q", image]) == 0
    monkeypatch.setenv(variable, "10")
    assert main(["check", "-q", image]) == 3


def test_a_bundle_that_is_larger_than_a_person_allows_is_not_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    image = f"oci:{ROOT / 'tests' / 'fixtures' / 'images' / 'sig-bundle-gh'}"
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    assert main(["check", "--format", "json", image]) == 1
    assert json.loads(capsys.readouterr().out)["signatures"]
    monkeypatch.setenv("PROVENANCE_STATEMENT_MAX", "10")
    assert main(["check", "--format", "json", image]) == 3
    assert not json.loads(capsys.readouterr().out)["signatures"]


@pytest.mark.parametrize("words", [("jobs",), ("watches",), ("digest",), ("export",)])
def test_what_only_reads_starts_no_engine_and_makes_no_folder(words: tuple[str, ...], tmp_path: Path) -> None:
    _, out, err = forked(words, {**NOTHING_SET, "PROVENANCE_DATA": str(tmp_path / "data")})
    assert "data" in out + err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
