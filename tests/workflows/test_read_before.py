"""A fixed file is judged as it would be if all of it were read anew, whatever stands before and behind the change."""

import pytest

from bot.values import replace
from bot.workflows.builds import Build
from bot.workflows.called import Called
from bot.workflows.editors.flags import NoEditor
from bot.workflows.find import lint_file
from bot.workflows.model import CiFile, Step
from bot.workflows.read_before import ReadBefore
from bot.workflows.readers import read_file
from bot.workflows.readers.github_steps import StepReader
from bot.workflows.surroundings import ALONE
from bot.workflows.text import SourceText

WORKFLOW = """\
on: push
env:
  IMAGE: quay.io/acme/app
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: sigstore/cosign-installer@v3
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ${{ env.IMAGE }}
      - id: name
        run: |
          echo "digest=$(cat digest)" >> $GITHUB_OUTPUT
          echo "KO_DOCKER_REPO=quay.io/acme" >> $GITHUB_ENV
      - run: docker build -t $IMAGE:1 . && docker push $IMAGE:1
      - run: cosign sign $IMAGE:1
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{ steps.meta.outputs.tags }}
  check:
    runs-on: ubuntu-latest
    steps:
      - run: cosign verify $IMAGE:1
"""
NAME = ".github/workflows/ci.yml"


def read(text: str, before: ReadBefore | None = None, called: Called | None = None) -> CiFile:
    return read_file(SourceText(NAME, text), called or Called(), before)


def meant(file: CiFile) -> object:
    """All that was read of it and said of it. An editor holds the text that it was read from, which no step does."""
    jobs = [replace(job, steps=tuple(map(plain, job.steps))) for job in file.jobs]
    said = lint_file(file, lambda _: None, ALONE)
    return jobs, file.documents, said, [one.fix for one in said]


def plain(step: Step) -> Step:
    found = (replace(one, editor=NoEditor()) if isinstance(one, Build) else one for one in step.operations)
    return replace(step, operations=tuple(found))


def same_lines(one: str, other: str) -> int:
    """Up to the line that differs first."""
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    return one.rfind("\n", 0, at) + 1


@pytest.fixture
def steps_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where each step that is read begins."""
    places = list[int]()
    whole = StepReader.read

    def counted(self: StepReader, node):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        places.append(node.place.start)
        return whole(self, node)

    monkeypatch.setattr(StepReader, "read", counted)
    return places


@pytest.mark.parametrize(
    ("old", "new", "read_again"),
    [
        ("          push: true", "          push: true\n          provenance: mode=max", 2),
        ("      - run: cosign verify $IMAGE:1\n", "      - run: cosign verify $IMAGE:2\n", 1),
        ("      - run: cosign sign $IMAGE:1\n", "", 3),
        ("cosign-installer@v3", "cosign-installer@v2", 7),
        ("IMAGE: quay.io/acme/app", "IMAGE: ghcr.io/acme/app", 7),
        ("on: push", "on: pull_request", 7),
        ("    runs-on: ubuntu-latest\n    steps:\n      - uses", "    steps:\n      - uses", 7),
        ("      - run: cosign verify", "      - working-directory: sub\n        run: cosign verify", 7),
    ],
)
def test_it_is_read_as_a_file_that_is_new(old: str, new: str, read_again: int, steps_read: list[int]) -> None:
    before, text = read(WORKFLOW), WORKFLOW.replace(old, new)
    assert text != WORKFLOW
    steps_read.clear()
    again = read(text, ReadBefore(before, same_lines(WORKFLOW, text)))
    assert len(steps_read) == read_again
    assert meant(again) == meant(read(text))


def test_what_callers_give_decides_what_its_steps_do(steps_read: list[int]) -> None:
    text = WORKFLOW.replace("on: push", "on: {workflow_call: {inputs: {sign: {type: boolean}}}}")
    text = text.replace("run: cosign sign", "if: inputs.sign\n        run: cosign sign")
    before = read(text, called=Called(inputs={"sign": False}))
    steps_read.clear()
    again = read(text, ReadBefore(before, len(text)), Called(inputs={"sign": True}))
    assert len(steps_read) == 7
    assert meant(again) == meant(read(text, called=Called(inputs={"sign": True})))


@pytest.mark.parametrize("name", ["action.yml", ".github/workflows/other.yml"])
def test_a_file_that_is_another_one_is_read_anew(name: str, steps_read: list[int]) -> None:
    before = read(WORKFLOW)
    steps_read.clear()
    read_file(SourceText(name, WORKFLOW), Called(), ReadBefore(before, len(WORKFLOW)))
    assert len(steps_read) == 7


def test_a_comment_that_says_the_version_decides_what_later_steps_do() -> None:
    """It is in no node of the YAML: the text is compared, too."""
    pinned = WORKFLOW.replace("@v3", f"@{'a' * 40} # v3.0.0")
    text = pinned.replace("# v3", "# v2")
    assert meant(read(text)) != meant(read(pinned))
    assert meant(read(text, ReadBefore(read(pinned), len(text)))) == meant(read(text))


def test_what_another_parser_read_is_compared() -> None:
    other = read(WORKFLOW.replace("cosign-installer@v3", "cosign-installer@v2"))
    before = replace(other, source=SourceText(NAME, WORKFLOW))
    assert meant(read(WORKFLOW, ReadBefore(before, len(WORKFLOW)))) == meant(read(WORKFLOW))


def test_registries_that_publish_decide_what_is_pushed(steps_read: list[int]) -> None:
    before = read(WORKFLOW)
    published = SourceText(NAME, WORKFLOW, frozenset({"localhost:5000"}))
    steps_read.clear()
    read_file(published, Called(), ReadBefore(before, len(WORKFLOW)))
    assert len(steps_read) == 7
