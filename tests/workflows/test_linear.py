"""The work of lint grows with a file, not with its square: counted in calls, which no busy machine changes."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

import pytest

from bot.workflows.find import lint_text

FEW, MANY = 15, 60
"""Of a thing in a file."""
GROWTH = 4.2
"""Of the calls from FEW to MANY, four times as many: a little more than in proportion; the square of it is 16."""


def services(count: int) -> str:
    one = "    build: {context: ., provenance: false, sbom: false}\n"
    return "services:\n" + "".join(f"  s{at}:\n    image: ghcr.io/acme/s{at}:1.0\n{one}" for at in range(count))


def jobs(count: int) -> str:
    step = (
        "      - uses: docker/build-push-action@v6\n        with: {push: true, tags: ghcr.io/acme/%d:1, sbom: false}\n"
    )
    setup = "    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/setup-buildx-action@v3\n"
    return "on: push\njobs:\n" + "".join(f"  j{at}:\n{setup}{step % at}" for at in range(count))


def steps(count: int) -> str:
    step = "      - uses: docker/build-push-action@v6\n        with: {push: true, tags: ghcr.io/acme/%d:1}\n"
    sign = "      - run: cosign sign --yes ghcr.io/acme/%d:1\n"
    head = (
        "on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/setup-buildx-action@v3\n"
    )
    return head + "".join(step % at + sign % at for at in range(count))


def targets(count: int) -> str:
    one = "t%d: $(NEEDS)\n\tdocker build -t ghcr.io/acme/%d:1 .\n\tdocker push ghcr.io/acme/%d:1\n\t$(MAKE) $(X)\n"
    return "NEEDS = a b\nX = c\n" + "".join(one % (at, at, at) for at in range(count))


def script(count: int) -> str:
    one = "docker buildx build --push --provenance=false -t ghcr.io/acme/%d:1 .\n"
    return "".join(one % at for at in range(count))


def package(count: int) -> str:
    one = '"s%d": "docker buildx build --push --provenance=false -t ghcr.io/acme/%d:1 ."'
    return '{"scripts": {' + ", ".join(one % (at, at) for at in range(count)) + "}}"


def pipeline(count: int) -> str:
    one = "- script: docker buildx build --push --provenance=false -t ghcr.io/acme/%d:1 .\n"
    return "steps:\n" + "".join(one % at for at in range(count))


def taskfile(count: int) -> str:
    command = "{{.D}} build --push --sbom=false -t ghcr.io/acme/{{.N}} ."
    one = "  t%d:\n    vars: { N: %d }\n    deps: [t0]\n    cmds: ['" + command + "']\n"
    return "version: 3\nvars: { D: docker buildx }\ntasks:\n" + "".join(one % (at, at) for at in range(count))


def justfile(count: int) -> str:
    one = "v%d := d + ''\nr%d p: r0\n  {{d}} build --push --provenance=false -t ghcr.io/acme/{{p}} .\n"
    return "d := 'docker buildx'\n" + "".join(one % (at, at) for at in range(count))


def targets_in_groups(count: int) -> str:
    one = 'group "g%d" { targets = ["g%d", "t%d"] }\ntarget "t%d" {\n  tags = ["ghcr.io/acme/%d:1"]\n}\n'
    return "".join(one % (at // 3, at, at, at, at) for at in range(count))


SHAPES: dict[str, Callable[[int], str]] = {
    "compose.yaml": services,
    ".github/workflows/jobs.yml": jobs,
    ".github/workflows/steps.yml": steps,
    "Makefile": targets,
    "build.sh": script,
    "package.json": package,
    "Taskfile.yml": taskfile,
    "justfile": justfile,
    "docker-bake.hcl": targets_in_groups,
    "azure-pipelines.yml": pipeline,
}


def calls_of(name: str, text: str) -> tuple[int, Counter[str]]:
    """How many calls a lint makes, and how often each pattern is searched."""
    calls, searched = 0, Counter[str]()

    def seen(_: FrameType, event: str, called: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        if event == "c_call" and getattr(called, "__name__", "") == "search":
            pattern = getattr(called, "__self__", None)
            searched[pattern.pattern if isinstance(pattern, re.Pattern) else ""] += 1

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        lint_text(name, text)
    finally:
        sys.setprofile(before)
    return calls, searched


@pytest.mark.parametrize("name", SHAPES)
def test_four_times_as_many_things_take_about_four_times_as_many_calls(name: str) -> None:
    lint_text(name, SHAPES[name](2))  # what is imported and compiled once
    few, _ = calls_of(name, SHAPES[name](FEW))
    many, _ = calls_of(name, SHAPES[name](MANY))
    assert many / few < GROWTH


@pytest.mark.parametrize(
    ("name", "sought", "end"),
    [("compose.yaml", "aws-lambda-deploy", "# a lambda is only named\n"), ("package.json", "working-directory", "")],
)
def test_the_whole_text_is_not_searched_again_for_each_build(name: str, sought: str, end: str) -> None:
    _, few = calls_of(name, SHAPES[name](FEW) + end)
    _, many = calls_of(name, SHAPES[name](MANY) + end)
    wanted = next(pattern for pattern in many if sought in pattern)
    assert few[wanted] == many[wanted]
