"""README and docs: every command exists with the options that are shown, and every link and make target is there."""

import argparse
import contextlib
import re
import shlex
import struct
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS, main
from bot.demo.samples import STORIES
from bot.report import Report, Verdict
from tests.conftest import ROOT
from tests.picture.__main__ import PICTURE, SIZE

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PLACEHOLDER = re.compile(r"…|\bKIND\b|\bHOST\b")


def blocks(document: Path) -> Iterator[str]:
    """The lines of its shell blocks."""
    for block in re.findall(r"```(?:sh|shell|bash)\n(.*?)```", document.read_text("utf-8"), re.DOTALL):
        yield from _joined(block.replace("\\\n", " ").splitlines())


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines that a quote goes over are one."""
    whole = ""
    for line in lines:
        whole = f"{whole} {line}".strip()
        if whole.partition(" #")[0].count("'") % 2 == 0:
            yield whole
            whole = ""


def commands() -> list[tuple[str, list[str]]]:
    """Each `provenance …` that is shown, and where."""
    found = []
    for document in DOCUMENTS:
        for line in blocks(document):
            for part in re.split(r"\||&&|;", line.partition(" #")[0]):
                words = shlex.split(PLACEHOLDER.sub("x", part.partition(">")[0]))
                if words and words[0].rpartition("/")[2] == "provenance":
                    found.append((f"{document.name}: {part.strip()}", words[1:]))
    return found


def targets() -> set[str]:
    return {
        target
        for document in DOCUMENTS
        for line in blocks(document)
        for target in re.findall(r"^make ([a-z0-9-]+)", line.strip())
    }


@pytest.mark.parametrize(("where", "words"), commands(), ids=[where for where, _ in commands()])
def test_every_command_is_read_as_it_stands(where: str, words: list[str]) -> None:
    assert words, where
    if words == ["--version"]:
        return
    assert words[0] in COMMANDS, where
    command = import_module(f"bot.cli.{words[0]}")
    parser = argparse.ArgumentParser(prog=words[0], allow_abbrev=False, exit_on_error=True)
    command.arguments(parser)
    with contextlib.suppress(SystemExit):
        parser.parse_args(words[1:])
        return
    raise AssertionError(where)


def test_every_target_is_in_the_makefile() -> None:
    known = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets() <= known
    assert {"demo", "test"} <= targets()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
        assert (document.parent / link).exists(), link


def anchors(document: Path) -> set[str]:
    """The headings of a document as GitHub and MkDocs write them in an address."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_every_anchor_is_a_heading(document: Path) -> None:
    for link, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text("utf-8")):
        assert anchor in anchors(document.parent / link if link else document), anchor


def test_the_readme_is_short_and_names_every_document() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 150
    documents = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert documents <= set(re.findall(r"docs/([\w-]+\.md)", readme))


def test_the_readme_counts_the_releases_of_the_demo() -> None:
    single = [story for story in STORIES if len(story.pushed) == 1]
    passing = [story for story in single if story.verdict is Verdict.PASS]
    assert (len(single), len(passing), len(STORIES)) == (6, 2, 7)
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert "six releases of one image, two of which pass, and `demo/shop 1.1.0`" in text


def test_the_readme_shows_what_a_check_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    shown = (ROOT / "README.md").read_text("utf-8").partition("begins with:\n\n```\n")[2].partition("```")[0]
    assert len(shown.splitlines()) > 5
    assert main(["check", "oci:bot/demo/images/min_2p_dflt"]) == 1
    assert capsys.readouterr().out.startswith(shown)


def test_the_index_lists_what_the_readme_does() -> None:
    def rows(path: Path) -> list[str]:
        return [line.replace("(docs/", "(") for line in path.read_text("utf-8").splitlines() if line.startswith("| [")]

    assert rows(ROOT / "docs" / "index.md") == rows(ROOT / "README.md")


def test_the_keys_of_the_json_document_are_listed() -> None:
    text = (ROOT / "docs" / "check.md").read_text("utf-8").partition("## The JSON document")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    listed = [key for cell in cells for key in re.findall(r"`(\w+)`", cell)]
    assert sorted(listed) == sorted(field.alias or name for name, field in Report.model_fields.items())


def test_contributing_lists_every_package_from_top_to_bottom() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    layers = [{part.replace(".", "/") for part in layer.split(" | ")} for layer in contract["layers"]]
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    listed = [
        name.removesuffix(".py").rstrip("/")
        for line in text.splitlines()
        if line.startswith(("| `bot/", "| `handlers/"))
        for name in re.findall(r"`([\w/.]+)`", line.split("|")[1])
    ]
    places = [next(at for at, layer in enumerate(layers) if name in layer) for name in listed]
    assert places == sorted(places)
    packages = {f"bot/{path.parent.name}" for path in (ROOT / "bot").glob("*/__init__.py")}
    assert packages <= set(listed)


def test_the_picture_of_the_readme_is_small_and_as_large_as_make_picture_draws_it() -> None:
    data = PICTURE.read_bytes()
    assert data.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">II", data[16:24]) == (SIZE["width"], SIZE["height"])
    assert len(data) < 100_000
