"""The work of lint grows with a file, not with its square: counted in calls, which no busy machine changes."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest

from bot.workflows.find import lint_text
from bot.workflows.readers import read_file
from bot.workflows.rules import LintContext, LintRule, catalogue
from bot.workflows.text import SourceText

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


def signed(count: int) -> str:
    """Each build is signed by the digest of another one, with a cosign that may not be there."""
    build = "      - id: b%d\n        uses: docker/build-push-action@v6\n        with: {tags: ghcr.io/acme/%d:1}\n"
    sign = "      - run: cosign sign --yes ghcr.io/acme/%d@${{ steps.b%d.outputs.digest }}\n"
    install = "      - uses: sigstore/cosign-installer@v3\n        if: ${{ inputs.sign }}\n"
    head = f"on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n{install}"
    builds = "".join(build % (at, at) for at in range(count))
    return head + builds + "".join(sign % (at, (at + 1) % count) for at in range(count))


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
    ".github/workflows/signed.yml": signed,
    "Makefile": targets,
    "build.sh": script,
    "package.json": package,
    "Taskfile.yml": taskfile,
    "justfile": justfile,
    "docker-bake.hcl": targets_in_groups,
    "azure-pipelines.yml": pipeline,
}


def calls_of(work: Callable[[], object]) -> tuple[int, Counter[str]]:
    """How many calls it makes, and how often each pattern is searched."""
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
        work()
    finally:
        sys.setprofile(before)
    return calls, searched


@pytest.mark.parametrize("name", SHAPES)
def test_four_times_as_many_things_take_about_four_times_as_many_calls(name: str) -> None:
    lint_text(name, SHAPES[name](2))  # what is imported and compiled once
    few, _ = calls_of(partial(lint_text, name, SHAPES[name](FEW)))
    many, _ = calls_of(partial(lint_text, name, SHAPES[name](MANY)))
    assert many / few < GROWTH


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id)
def test_four_times_as_many_signatures_take_each_rule_about_four_times_as_many_calls(rule: LintRule) -> None:
    sources = [SourceText(".github/workflows/signed.yml", signed(count)) for count in (FEW, MANY)]
    few, many = (LintContext(read_file(source)) for source in sources)
    for context in (few, many):
        list(rule.findings(context))  # what is worked out once
    assert calls_of(lambda: list(rule.findings(many)))[0] / calls_of(lambda: list(rule.findings(few)))[0] < GROWTH


@pytest.mark.parametrize(
    ("name", "sought", "end"),
    [("compose.yaml", "aws-lambda-deploy", "# a lambda is only named\n"), ("package.json", "working-directory", "")],
)
def test_the_whole_text_is_not_searched_again_for_each_build(name: str, sought: str, end: str) -> None:
    _, few = calls_of(partial(lint_text, name, SHAPES[name](FEW) + end))
    _, many = calls_of(partial(lint_text, name, SHAPES[name](MANY) + end))
    wanted = next(pattern for pattern in many if sought in pattern)
    assert few[wanted] == many[wanted]
