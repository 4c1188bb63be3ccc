"""The front door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.rules import Severity
from bot.values import replace
from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.edits import Edit, Fix
from bot.workflows.find import CHECKED_MAX, READ_MAX, diff, explains, fixed_text, lint_text, with_checked_fixes
from bot.workflows.formats.text import render
from bot.workflows.model import CiFile
from bot.workflows.read_before import ReadBefore
from bot.workflows.readers import read_file
from bot.workflows.rules import LintFinding
from bot.workflows.surroundings import ALONE
from bot.workflows.text import Place, SourceText
from tests.workflows.looking import build, job, run

NAMES = [
    "ci.yml",
    "action.yml",
    ".gitlab-ci.yml",
    "compose.yaml",
    "docker-bake.hcl",
    "docker-bake.json",
    "Makefile",
    "x.sh",
]
PARTS = st.sampled_from(
    [
        "on: push\n",
        "jobs:\n",
        "  a:\n",
        "    steps:\n",
        "      - uses: docker/build-push-action@v4\n",
        "        with:\n",
        "          push: true\n",
        "      - run: |\n",
        "          docker buildx build --push \\\n",
        "          . && cosign sign $X\n",
        "runs:\n  steps: []\n",
        "services:\n",
        "  a: {image: x, build: .}\n",
        "x:\n  script: docker push a/b\n",
        "\tdocker push $(X)\n",
        'target "a" { tags = ["x"] }\n',
        '{"target": {"a": {"tags": ["x"]}}}',
        "permissions: {}\n",
        "    permissions:\n",
        "    uses: ./x.yml\n",
        "# provenance: ignore[",
        "<<: *x\n",
        "a: &x [*x]\n",
        *'*x {]"\r\t\u2028-\n',
    ]
)


def test_findings_stand_in_the_order_of_lines() -> None:
    found = lint_text("ci.yml", job(build("push: true", "labels: a=${GITHUB_SHA}") + build("push: true")))
    assert [one.line for one in found] == sorted(one.line for one in found)
    assert {one.file for one in found} == {"ci.yml"}


def test_what_a_finding_explains() -> None:
    found = lint_text("ci.yml", job(build("push: true", uses="docker/build-push-action@v4")))
    explained = {one.rule: explains(one) for one in found}
    assert "provenance-mode-min" in explained["workflow-provenance-not-explicit"]
    assert "sbom-missing" in explained["workflow-sbom-not-requested"]
    assert explains(LintFinding("workflow-none", "x", 1, 1, Severity.LOW, "x")) == frozenset()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.sh", "docker push quay.io/a/b\n" * 20_000),
        ("Makefile", "X = " + "$(X)" * 1_000 + "\na:\n" + "\techo $(X)\n" * 30_000),
        ("Makefile", "A := x\n" + "A := $(A)$(A)$(A)$(A)\n" * 20 + "a:\n" + "\techo $(A)\n" * 30_000),
        ("x.sh", "a" * 600_000),
        ("Makefile", "a" * 600_000),
        ("docker-bake.json", '{"target": {"a": {}}}' + " " * 600_000),
        ("ci.yml", "x: &x |\n" + "  a\n" * 10_000 + job("- run: *x\n" * 150)),
        (
            ".gitlab-ci.yml",
            "before_script:\n" + "  - a\n" * 9_000 + "".join(f"j{n}:\n  script: b\n" for n in range(90)),
        ),
    ],
)
def test_what_would_cost_too_much_is_refused(name: str, text: str) -> None:
    with pytest.raises(MalformedError, match=r"limit|more than"):
        lint_text(name, text)


@pytest.mark.parametrize(
    "text",
    ["`a " * 60_000, "$(" * 60_000, '"' * 60_001, "# provenance: ignore[a]\n" * 10_000, "A=x\n" + "A=$A$A\n" * 10_000],
)
def test_what_looks_costly_is_not(text: str) -> None:
    assert {one.rule for one in lint_text("x.sh", text)} <= {"workflow-ignore-without-reason"}


@pytest.mark.parametrize("flood", ["${{ ", "${{ a } ", "${ ", "${ {a} ", "$( ", "$(crane ", "`a` ", "${{secrets "])
def test_a_flood_of_openings_costs_no_more_than_its_length(flood: str) -> None:
    text = job(build("push: true", f"tags: '{flood * 12_000}'", f"build-args: 'A={flood * 12_000}'"))
    assert 2 <= len(lint_text("ci.yml", text)) <= 3
    lint_text("ci.yml", job(run(f"cosign sign {flood * 12_000}")))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ci.yml", job(build("push: true")) + "# provenance: ignore[" * 20_000),
        ("Makefile", "a" + " " * 400_000 + "b\n"),
        ("Makefile", "X = " + "y" * 4_000 + "\nZ = " + "$(X)" * 120_000 + "\n"),
        ("ci.yml", f"env: {{ a: {'x' * 4_000} }}\n" + job(run("docker push " + "$a" * 100_000))),
        ("ci.yml", "env:\n" + "".join(f"  K{n}: v\n" for n in range(5_000)) + job("- run: echo\n" * 9_000)),
    ],
)
def test_what_could_grow_with_the_square_of_a_file_does_not(name: str, text: str) -> None:
    assert len(lint_text(name, text)) <= 2


def test_thousands_of_fixes_in_one_file() -> None:
    text = job(build("push: true", "provenance: true", "sbom: true", "labels: |", *["  a=${GITHUB_SHA}"] * 5_000))
    assert fixed_text("ci.yml", text, lint_text("ci.yml", text)).count("${{ github.sha }}") == 5_000


def test_no_patch_where_nothing_can_be_mended() -> None:
    text = job(build("push: true", "provenance: mode=max", "sbom: true"))
    assert diff("ci.yml", text, lint_text("ci.yml", text)) == ""


@pytest.mark.parametrize("name", ["README.md", "values.yaml", "package.json"])
def test_other_files_are_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        lint_text(name, '{"a": "b"}' if name.endswith("json") else "a: b\n")


@given(st.sampled_from(NAMES), st.lists(PARTS, max_size=14))
def test_garbage_is_malformed_and_nothing_worse(name: str, parts: list[str]) -> None:
    text = "".join(parts)
    try:
        found = lint_text(name, text)
    except MalformedError:
        return
    lines = text.count("\n") + 1
    assert all(1 <= one.line <= lines and one.column >= 1 for one in found)
    diff(name, text, found)


@pytest.mark.parametrize("text", ["provenance: [", "provenance: mode=min", "provenance: mode=max"])
def test_a_fix_that_does_not_hold_is_not_offered(text: str) -> None:
    """One that breaks the file, and one that leaves the same defect in another form."""
    before = job(build("push: true", "sbom: true", "provenance: false", "tags: localhost/a"))
    before = before.replace("localhost/a", "quay.io/acme/app:1")
    at = before.index("provenance: false")
    fix = Fix((Edit(Place(at, at + len("provenance: false")), text),))
    rule = "workflow-provenance-disabled"
    findings = [replace(one, fix=fix if one.rule == rule else None) for one in lint_text("ci.yml", before)]
    checked = with_checked_fixes(read_file(SourceText("ci.yml", before)), findings, lambda _: None, ALONE)
    assert [one.fixable for one in checked if one.rule == rule] == [text == "provenance: mode=max"]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read to find and to check fixes."""
    names = list[str]()

    def counted(source: SourceText, called: Called = NOT_CALLED, before: ReadBefore | None = None) -> CiFile:
        names.append(source.name)
        return read_file(source, called, before)

    monkeypatch.setattr("bot.workflows.find.read_file", counted)
    return names


def with_secrets(count: int) -> str:
    """Builds whose provenance must not say more, and which may well have an SBOM."""
    secret = "docker buildx build --push -t quay.io/acme/app:{0} --build-arg T=${{{{ secrets.T }}}} ."
    return job("".join(run(secret.format(at)) for at in range(count)))


def test_where_the_fixes_of_one_rule_do_not_hold_those_of_another_are_offered(reads: list[str]) -> None:
    findings = lint_text("ci.yml", with_secrets(50))
    fixable = {rule: [one.fixable for one in findings if one.rule == rule] for rule in {one.rule for one in findings}}
    assert fixable["workflow-sbom-not-requested"] == [True] * 50
    assert fixable["workflow-provenance-not-explicit"] == [False] * 50
    assert len(reads) < 50


def test_one_fix_that_does_not_hold_takes_few_of_the_others_with_it(reads: list[str]) -> None:
    """60 builds without a secret, and one with: --fix found the fixes of 39 of them, and a second run the others."""
    plain = "docker buildx build --push --sbom=true -t quay.io/acme/app:{0} ."
    text = job("".join(run(plain.format(at)) for at in range(60))) + with_secrets(1).partition("steps:\n")[2]
    rule = "workflow-provenance-not-explicit"
    found = [one for one in lint_text("ci.yml", text) if one.rule == rule]
    assert sum(one.fixable for one in found) == 60
    assert len(reads) < CHECKED_MAX


def test_fixes_that_were_not_checked_are_made_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = "docker buildx build --push -t quay.io/acme/app:{0} ."
    text = job("".join(run(plain.format(at)) for at in range(20))) + with_secrets(1).partition("steps:\n")[2]
    whole = fixed_text("ci.yml", text, lint_text("ci.yml", text))
    monkeypatch.setattr("bot.workflows.find.CHECKED_MAX", 4)
    found = lint_text("ci.yml", text)
    assert 0 < sum(one.unchecked for one in found) < len(found)
    assert not any(one.unchecked and one.fixable for one in found)
    assert "more perhaps, which only --fix checks" in render(found)
    assert fixed_text("ci.yml", text, found) == whole


def test_a_large_file_is_not_read_again_for_each_fix(reads: list[str]) -> None:
    """Of 1,900 builds with a secret among their arguments, it was read 40 times."""
    text = with_secrets(50)
    lint_text("ci.yml", text + f"# {'x' * (READ_MAX // 4)}\n")
    assert len(reads) <= 2 + 3
