"""A repository whose files use, take in and run each other."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from bot.workflows.project import Project
from tests.fuzz.reader import Reader
from tests.fuzz.readers.files import ACTION, GITLAB, HCL, JUSTFILE, MAKEFILE, PACKAGE_JSON, SCRIPT, TASKFILE

_APART: Final = b"\n\x1e\n"
"""What stands between the files of one input."""
_CI: Final = b"""on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: ./images
      - uses: ./images/sign
      - run: task docker:push TAG=1 && just push 2 && make push
      - run: npm run image && scripts/release.sh && docker buildx bake --push app
  call:
    uses: ./.github/workflows/ci.yml
    with: {tag: "${{ github.ref_name }}"}
"""
_FILES: Final = {
    ".github/workflows/ci.yml": _CI,
    "Taskfile.yml": TASKFILE,
    "docker/Taskfile.yml": b"version: 3\nincludes: {up: ../Taskfile.yml}\ntasks: {push: docker push quay.io/acme/a}\n",
    "justfile": JUSTFILE,
    "ci/x.just": b"import '../justfile'\npush:\n  docker push quay.io/acme/b\n",
    "Makefile": MAKEFILE,
    "package.json": PACKAGE_JSON,
    "scripts/release.sh": SCRIPT,
    "docker-bake.hcl": HCL,
    "images/action.yml": ACTION,
    ".gitlab-ci.yml": b"include: [{local: /ci/*.yml}, {local: ../x.yml}]\n" + GITLAB,
}


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for name in [".git/config", *_FILES]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    return folder


def _lint(data: bytes) -> None:
    folder, parts = _folder(), dict(zip(_FILES, data.split(_APART), strict=False))
    for name in _FILES:
        (folder / name).write_bytes(parts.get(name, b""))
    list(Project(folder).lint([folder]))


def _seeds() -> Iterator[bytes]:
    yield _APART.join(_FILES.values())


readers = (Reader("repository", _lint, _seeds),)
