"""From an image to its workflow: which file, what is wrong with it, and what of that the report tells."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.check import conclude
from bot.check.lines import DIFF_MAX
from bot.context import Context, Expected
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.oci.reference import Reference
from bot.policy import BuiltIn, Policy, default_policy
from bot.rules import Finding, Rule, catalogue
from bot.values import replace
from bot.workflows.hosts import open_code_hosts
from bot.workflows.options import GitHubOptions
from tests.check.built import BEFORE, PATH, SOURCE, minimal, mode_min, reaching, report_on, shelf
from tests.checking import check
from tests.fake_github import FakeGitHub
from tests.making import COMMIT, NOW, config, image, platform, reported
from tests.workflows.looking import build, job

OLD = "docker/build-push-action@v4.0.0"
NAMED = f"{SOURCE}/{PATH}"


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as fake:
        yield fake


def naming(**changes: str) -> Policy:
    return replace(default_policy(), workflow=NAMED, **changes)  # type: ignore[arg-type]


def test_the_file_is_named_whether_anybody_looks_or_not() -> None:
    report = reported(minimal(COMMIT), default_policy(), now=NOW)
    assert report.workflow is not None
    assert (report.workflow.state, report.workflow.repository) == ("named", "acme/app")
    assert report.workflow.url == f"{SOURCE}/blob/{COMMIT}/{PATH}"


async def test_the_report_has_the_line_the_patch_and_a_surer_cause(github: FakeGitHub) -> None:
    _, commit = shelf(github)
    async with reaching(github) as hosts:
        report = await report_on(minimal(commit), hosts)
    assert report.workflow is not None
    assert report.workflow.state == "read"
    result = mode_min(report)
    sureness = {cause.cause: cause.sureness for cause in result.causes}
    assert sureness["mode-not-explicit"] == "certain"
    assert sureness["action-cannot-read-buildkit"] == sureness["builder-not-booted"] == "likely"
    told = {(line.rule, line.line) for line in result.lines}
    at = BEFORE.splitlines().index("        uses: docker/build-push-action@v4.0.0") + 1
    assert ("workflow-provenance-not-explicit", at) in told
    assert all(line.url == f"{SOURCE}/blob/{commit}/{PATH}#L{line.line}" for line in result.lines)


async def test_a_failing_image_is_judged_once(github: FakeGitHub) -> None:
    """Reading its workflow changes no verdict, so no rule is asked again."""
    _, commit = shelf(github)
    asked: list[str] = []

    def counted(rule: Rule) -> Rule:
        def check(context: Context) -> Iterator[Finding]:
            asked.append(rule.id)
            yield from rule.findings(context)

        copy = replace(rule)
        copy(check)
        return copy

    async with reaching(github) as hosts:
        evidence, policy = minimal(commit), default_policy()
        rules = [counted(rule) for rule in catalogue()]
        context = Context(evidence, policy.expected)
        report = await conclude(context, policy, now=NOW, hosts=hosts, rules=rules)
    assert report.workflow is not None
    assert (report.workflow.state, report.verdict.value) == ("read", "fail")
    assert asked.count("provenance-mode-min") == 1
    assert len(asked) == len(set(asked))


async def test_the_patch_applies_to_that_very_file(github: FakeGitHub, tmp_path: Path) -> None:
    _, commit = shelf(github)
    async with reaching(github) as hosts:
        (patch,) = mode_min(await report_on(minimal(commit), hosts)).patches
    assert (patch.path, patch.repository, patch.revision) == (PATH, "acme/app", commit)
    file = tmp_path / PATH
    file.parent.mkdir(parents=True)
    file.write_text(BEFORE)
    subprocess.run(["git", "apply", "-"], input=patch.diff, cwd=tmp_path, text=True, check=True)  # noqa: ASYNC221, S607
    assert file.read_text().count("provenance: mode=max") == 2  # the agent is built beside it


async def test_a_step_that_makes_another_image_is_no_witness(github: FakeGitHub) -> None:
    _, commit = shelf(github)
    other = replace(minimal(commit), image=Reference.parse("quay.io/acme/elsewhere:1"))
    async with reaching(github) as hosts:
        result = mode_min(await report_on(other, hosts))
    assert not [line for line in result.lines if line.rule == "workflow-provenance-not-explicit"]
    assert {cause.sureness for cause in result.causes if cause.cause == "mode-not-explicit"} == {"likely"}


@pytest.mark.parametrize("registry", ["127.0.0.1:5000", "localhost:5000", "registry:5000", "images.corp:8443"])
@pytest.mark.parametrize("pushed_to", ["quay.io", ""])
async def test_a_registry_that_only_some_machines_reach_gets_a_patch_too(
    github: FakeGitHub, registry: str, pushed_to: str
) -> None:
    """Also when the image was copied there, and the workflow pushes it elsewhere."""
    text = BEFORE.replace(",docker.io/acme/server:${{env.TAG}}", "").replace("quay.io", pushed_to or registry)
    _, commit = shelf(github, text)
    there = replace(minimal(commit), image=Reference.parse(f"{registry}/acme/server:1.2.3"))
    async with reaching(github) as hosts:
        result = mode_min(await report_on(there, hosts))
    assert [line.rule for line in result.lines if line.rule == "workflow-provenance-not-explicit"]
    (patch,) = result.patches
    assert "+          provenance: mode=max" in patch.diff


async def test_an_image_that_passes_costs_no_question(github: FakeGitHub, samples: Path) -> None:
    layout = samples / "max-sbom_2p_dflt"
    lenient = BuiltIn(Policy("test", require=frozenset({"provenance-mode-min"})))
    async with reaching(github) as hosts:
        report = await check(parse_layout(f"oci:{layout}"), LayoutRegistry(layout), lenient, hosts=hosts)
    assert not report.failing()
    assert not github.asked


async def test_the_same_commit_is_fetched_once(github: FakeGitHub) -> None:
    _, commit = shelf(github)
    async with reaching(github) as hosts:
        for _ in range(3):
            await report_on(minimal(commit), hosts)
    assert len(github.asked) == 1


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_a_host_that_answers_nothing_useful_never_fails_a_check(github: FakeGitHub, status: int) -> None:
    _, commit = shelf(github)
    github.broken = status
    async with reaching(github) as hosts:
        report = await report_on(minimal(commit), hosts)
    assert report.workflow is not None
    assert (report.workflow.state, str(status) in report.workflow.reason) == ("unreadable", True)
    assert mode_min(report).causes
    assert not mode_min(report).patches


async def test_nobody_answers() -> None:
    async with open_code_hosts(GitHubOptions(api="http://127.0.0.1:9")) as hosts:
        assert hosts is not None
        report = await report_on(minimal(COMMIT), hosts)
    assert report.workflow is not None
    assert "the connection to 127.0.0.1 failed" in report.workflow.reason


@pytest.mark.parametrize(
    "text", ["a: *b\n", "jobs: [" + "[" * 5000, "\x00", "on: push\n" * 400_000, "jobs: !!python/object:os.system {}\n"]
)
async def test_a_hostile_file_never_fails_a_check(github: FakeGitHub, text: str) -> None:
    _, commit = shelf(github, text)
    async with reaching(github) as hosts:
        report = await report_on(minimal(commit), hosts)
    assert report.workflow is not None
    assert report.workflow.state == "unreadable" or not mode_min(report).lines
    assert mode_min(report).outcome.value == "fail"


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "https://evil.example/acme/app"},
        {"source": "http://169.254.169.254/acme/app"},
        {"source": "https://github.com.evil.example/acme/app"},
        {"workflow": "../../user"},
        {"workflow": ".github/workflows/../../x.yml"},
        {"revision": "../../../user?x="},
        {"source": "https://[::1"},
    ],
)
async def test_a_claim_leads_nowhere_else(github: FakeGitHub, changes: dict[str, str]) -> None:
    shelf(github)
    claimed = {"revision": COMMIT} | changes
    async with reaching(github, token=True) as hosts:
        report = await report_on(minimal(**claimed), hosts)
    assert report.workflow is None
    assert not github.asked


async def test_the_token_is_used_only_for_what_the_policy_names(github: FakeGitHub) -> None:
    """A stranger's image may name any repository of ours; nobody is to read it for him."""
    _, commit = shelf(github, is_private=True)
    sources = replace(default_policy(), expected=Expected(sources=(r"https://github\.com/acme/",)))
    async with reaching(github, token=True) as hosts:
        strange = await report_on(minimal(commit), hosts)
        assert not any(sent for _, _, sent in github.asked)
        assert not mode_min(strange).patches
        for policy in (sources, naming()):
            ours = await report_on(minimal(commit), hosts, policy)
            assert mode_min(ours).patches
    assert any(sent for _, _, sent in github.asked)


def test_a_policy_names_the_file_of_images_without_provenance() -> None:
    bare = image(platform(provenance=None, statements=()))
    report = reported(bare, naming(), now=NOW)
    assert report.workflow is not None
    assert report.workflow.url == f"{SOURCE}/blob/HEAD/{PATH}"


def test_a_label_tells_the_revision_that_the_policy_leaves_open() -> None:
    labels = (("org.opencontainers.image.source", SOURCE), ("org.opencontainers.image.revision", COMMIT))
    bare = image(platform(provenance=None, statements=(), config=config(labels=labels)))
    report = reported(bare, naming(), now=NOW)
    assert report.workflow is not None
    assert report.workflow.revision == COMMIT


async def test_a_diff_that_is_too_long_is_said_and_not_cut(github: FakeGitHub) -> None:
    step = build("push: true", "tags: quay.io/acme/server:{0}", "context: some/longer/path/{0}", uses=OLD, id_="b{0}")
    text = job("".join(step.format(number) for number in range(200)))
    _, commit = shelf(github, text)
    async with reaching(github) as hosts:
        (patch,) = mode_min(await report_on(minimal(commit), hosts)).patches
    assert patch.diff == ""
    assert "provenance lint --diff" in patch.reason
    assert str(DIFF_MAX) not in patch.diff


async def test_a_diff_with_a_secret_beside_the_change_is_withheld(github: FakeGitHub) -> None:
    text = BEFORE.replace(
        "          sbom: true\n", "          sbom: true\n          secrets: token=ghp_" + "a1B2" * 9 + "\n"
    )
    _, commit = shelf(github, text)
    async with reaching(github) as hosts:
        report = await report_on(minimal(commit), hosts)
    (patch,) = mode_min(report).patches
    assert (patch.diff, "looks like a secret" in patch.reason) == ("", True)
    assert "ghp_" not in report.model_dump_json()


async def test_microcks_before_its_fix(github: FakeGitHub, shared_data: Path) -> None:
    """The nightly webapp image of issue 1465: what its own workflow says of it."""
    text = (shared_data / "microcks" / "workflows" / "microcks-12568cee" / "build-verify.yml").read_text()
    made = github.repository("microcks/microcks", {".github/workflows/build-verify.yml": text})
    changes = {"source": "https://github.com/microcks/microcks", "workflow": ".github/workflows/build-verify.yml"}
    nightly = minimal(made.branches["main"], **changes)
    nightly = replace(nightly, image=Reference.parse("quay.io/microcks/microcks:nightly"))
    async with reaching(github) as hosts:
        result = mode_min(await report_on(nightly, hosts))
    assert (result.causes[0].cause, result.causes[0].sureness) == ("mode-not-explicit", "certain")
    assert {line.line for line in result.lines if line.rule == "workflow-provenance-not-explicit"} == {
        text.splitlines().index("        uses: docker/build-push-action@v4.0.0") + 1
    }
    assert result.patches[0].diff.count("+          provenance: mode=max") == 4
