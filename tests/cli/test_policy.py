"""`provenance policy` and `provenance check --policy`, as a person runs them."""

import json
from pathlib import Path

import pytest

from bot.cli.exit_codes import OK, USAGE
from tests.cli.at_terminal import ran
from tests.conftest import ROOT, SAMPLES

IMAGE = f"oci:{SAMPLES / 'max-sbom_2p_dflt'}"


def test_a_file_that_holds_together() -> None:
    code, out, err = ran("policy", "check", str(ROOT / "deploy/policies/microcks.yaml"))
    assert (code, err) == (OK, "")
    assert out == "microcks.yaml: valid; 9 entries, 2 waivers\n"


def test_a_file_that_does_not(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text('images:\n  - match: "quay.io/acme/*"\n    requires: [x]\n    settle: soon\n')
    code, out, err = ran("policy", "check", str(file))
    assert (code, out) == (USAGE, "")
    assert err.splitlines() == [
        "policy.yaml:3: images[0].requires: unknown key; did you mean 'require'?",
        "policy.yaml:4: images[0].settle: expected a number followed by s, m, h or d, e.g. 10m",
    ]
    code, _, err = ran("check", "--policy", str(file), IMAGE)
    assert code == USAGE
    assert "policy.yaml:3" in err


def test_explained_with_a_file_and_without() -> None:
    file = str(ROOT / "deploy/policies/microcks.yaml")
    code, out, _ = ran("policy", "explain", "--policy", file, "quay.io/microcks/microcks:1.15.0")
    assert code == OK
    assert "microcks.yaml" in out
    assert "(core)" in out
    code, out, _ = ran("policy", "explain", "alpine")
    assert code == OK
    assert "built-in" in out


def test_checked_by_a_policy_of_one_s_own(tmp_path: Path) -> None:
    """Its name, what it asks, and what it waives are in the report."""
    file = tmp_path / "policy.yaml"
    file.write_text(
        'images:\n  - match: "**"\n    name: ours\n    require: [signature-missing]\n'
        'waivers:\n  - { rule: signature-missing, image: "**", reason: not yet, until: 2099-01-01 }\n'
    )
    code, out, _ = ran("check", "--policy", str(file), "--format", "json", IMAGE)
    report = json.loads(out)
    results = {result["rule"]: result for result in report["results"]}
    assert (code, report["verdict"], report["policy"]) == (OK, "pass", "ours")
    assert results["signature-missing"]["outcome"] == "waived"
    assert results["signature-missing"]["waiver"] == {"reason": "not yet", "until": "2099-01-01", "who": ""}
    assert results["provenance-missing"]["outcome"] == "skipped"
    assert report["trust"]["slsa_build_level"] == 1


def test_an_ended_waiver_waives_nothing(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        'images:\n  - match: "**"\n    require: [signature-missing]\n'
        'waivers:\n  - { rule: signature-missing, image: "**", reason: not yet, until: 2020-01-01 }\n'
    )
    code, out, _ = ran("check", "--policy", str(file), IMAGE)
    assert code == 1
    assert "ended on 2020-01-01" in out


TOO_DEEP = {
    "lists": b"[" * 100_000,
    "tables": b"a: " + b"{a: " * 900 + b"1" + b"}" * 900,
    "dashes": b"- " * 20_000,
    "keys": b"? " * 20_000,
    "an alias of aliases": b"a: &a [x, x]\n"
    + b"".join(b"%c: &%c [*%c, *%c]\n" % (c, c, c - 1, c - 1) for c in range(98, 120)),
    "an alias of itself": b"a: &a [*a]",
    "many values": b"[" + b"1," * 100_000 + b"]",
}


@pytest.mark.parametrize("content", TOO_DEEP.values(), ids=TOO_DEEP)
def test_a_file_that_is_too_deep_is_an_error_and_no_traceback(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(content)
    code, out, err = ran("policy", "check", str(file))
    assert (code, out) == (USAGE, "")
    assert err == "policy.yaml:1: limit of 20000 values or 20 levels exceeded\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: \xff\xfe", "is not YAML: 'utf-8' codec"),
        ("images: []".encode("utf-16"), "is not YAML: 'utf-8' codec"),
        (b"a: \0", "special characters are not allowed"),
        (b"a: " + b"x" * 300_000, "the limit FILE_MAX is 262144"),
        (b"", "policy.yaml:1: "),
    ],
)
def test_a_file_that_is_not_text_is_an_error(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(content)
    code, _, err = ran("policy", "check", str(file))
    assert code == USAGE
    assert said in err
