"""`provenance compare` as people and pipelines use it."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.cli.at_terminal import ran

GOOD, MIN, NONE, HALF = "max-sbom_2p_dflt", "min_2p_dflt", "none_2p_dflt", "der-imagetools-merge_partial"


def compare(*words: str) -> int:
    """In this process, which is quicker; what it prints is in capsys."""
    return main(["compare", *words])


def test_something_was_lost(samples: Path) -> None:
    code, out, err = ran("compare", f"oci:{samples / GOOD}", f"oci:{samples / MIN}")
    assert (code, err) == (1, "")
    assert "provenance mode (linux/amd64, linux/arm64): max -> min" in out
    assert "SBOM (linux/amd64, linux/arm64): spdx -> none" in out
    assert out.isascii()


@pytest.mark.parametrize("after", [GOOD, HALF])
def test_nothing_was_lost(samples: Path, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(f"oci:{samples / NONE}", f"oci:{samples / after}") == 0
    assert "nothing lost" in capsys.readouterr().out


def test_an_image_and_itself(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = f"oci:{samples / GOOD}"
    assert compare("--format", "json", image, image) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["changes"], told["packages"]) == ([], [])


def test_an_image_that_is_not_there_could_not_be_compared(samples: Path) -> None:
    code, out, err = ran("compare", f"oci:{samples / GOOD}", f"oci:{samples / GOOD}:1.2.3")
    assert (code, out) == (3, "")
    assert f"its tags: {GOOD}" in err


def test_an_sbom_that_cannot_be_read_is_not_lost(samples: Path, tmp_path: Path) -> None:
    """The blob of an SBOM has other bytes than its digest says."""
    broken = tmp_path / "image"
    for file in (samples / GOOD).rglob("*"):
        if file.is_file():
            copy = broken / file.relative_to(samples / GOOD)
            copy.parent.mkdir(parents=True, exist_ok=True)
            data = file.read_bytes()
            copy.write_bytes(data.replace(b"SPDX-2.3", b"SPDX-9.9") if b"SPDX-2.3" in data else data)
    code, out, _ = ran("compare", f"oci:{samples / GOOD}", f"oci:{broken}")
    assert code == 3
    assert "2 things could not be compared" in out
    for platform in ("linux/amd64", "linux/arm64"):
        assert f"  SBOM ({platform}): sha256:" in out
    assert "lost\n" not in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "required: A, B"),
        (("a:1",), "required: B"),
        (("a:1", "b:1", "c:1"), "unknown argument: c:1"),
        (("A B", "x:1"), "is not an image name"),
        (("--format", "csv", "a:1", "b:1"), "invalid choice"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = compare(*words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else -1
    assert code == 2
    assert told in capsys.readouterr().err
