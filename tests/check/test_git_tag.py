"""The Git tag of an image's version: whom it is asked of, when nobody is asked, and what becomes of no answer."""

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.attestations.statement import SLSA_V1
from bot.check import git_tag as asking
from bot.check.facts import with_code_host
from bot.check.git_tag import git_tag
from bot.check.looker import Looker
from bot.evidence import Evidence, GitTag, NotAsked, Unreadable
from bot.oci.reference import Reference
from bot.policy import Policy, default_policy
from bot.policy.default import BuiltIn
from bot.rules import Outcome
from bot.signatures.finder import SignatureFinder
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.check.attested import BARE, FROM_GITHUB, INDEX, SIGSTORE
from tests.check.built import reaching
from tests.fake_github import FakeGitHub
from tests.making import COMMIT, NOW, image, platform, provenance, reported
from tests.private_sigstore import statement

if TYPE_CHECKING:
    from bot.oci.registry import Registry

ID = "provenance-commit-mismatch"
BUILT, OTHER = image(), "f" * 40
PLAIN = default_policy()


@pytest.fixture
async def github() -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        github.repository("acme/app", {}).tags.add("v1.2.3", OTHER, annotated=1)
        yield github


async def asked(
    github: FakeGitHub, evidence: Evidence = BUILT, policy: Policy = PLAIN, *, token: bool = False
) -> GitTag | Unreadable | NotAsked | None:
    async with reaching(github, token=token) as hosts:
        return await git_tag(evidence, policy, hosts)


def from_actions() -> bytes:
    """An attestation of actions/attest-build-provenance about the index."""
    uri = "git+https://github.com/acme/app@refs/tags/v1.2.3"
    built = {
        "buildDefinition": {
            "buildType": "https://actions.github.io/buildtypes/workflow/v1",
            "resolvedDependencies": [{"uri": uri, "digest": {"gitCommit": COMMIT}}],
        }
    }
    return json.dumps(SIGSTORE.bundle(statement(INDEX, SLSA_V1, built), SIGSTORE.signer())).encode()


def naming(tag: str) -> Evidence:
    return replace(BUILT, image=Reference.parse(f"quay.io/acme/app:{tag}"))


def outcome(evidence: Evidence, policy: Policy = PLAIN) -> Outcome:
    return next(one.outcome for one in reported(evidence, policy).results if one.rule == ID)


async def test_one_request_and_the_rule_fails(github: FakeGitHub) -> None:
    found = await asked(github)
    assert found == GitTag("https://github.com/acme/app", ("v1.2.3", "1.2.3"), (("v1.2.3", OTHER),))
    assert [path for _, path, _ in github.asked][1:] == [f"/repos/acme/app/git/tags/{COMMIT}"]  # is it a tag's own id?
    assert outcome(replace(BUILT, git_tag=found)) is Outcome.FAIL


async def test_a_policy_without_the_rule_asks_nobody(github: FakeGitHub) -> None:
    assert await asked(github, policy=replace(PLAIN, advise=PLAIN.advise - {ID})) is None
    assert not github.asked


@pytest.mark.parametrize("tag", ["nightly", "latest", "main-abc1234", "1.2", f"x@{INDEX}"[1:]])
async def test_a_tag_that_names_no_version_asks_nobody(github: FakeGitHub, tag: str) -> None:
    name = f"quay.io/acme/app{tag}" if tag.startswith("@") else f"quay.io/acme/app:{tag}"
    assert isinstance(await asked(github, replace(BUILT, image=Reference.parse(name))), NotAsked)
    assert not github.asked


@pytest.mark.parametrize("tag", ["1.2.3-native", "v1.2.3", "1.2.3-alpine3.20"])
async def test_a_flavour_is_of_the_same_version(github: FakeGitHub, tag: str) -> None:
    found = await asked(github, naming(tag))
    assert isinstance(found, GitTag)
    assert found.commits == (("v1.2.3", OTHER),)


async def test_a_short_version_that_the_policy_calls_a_release(github: FakeGitHub) -> None:
    github.repositories["acme/app"].tags.add("1.2", COMMIT)
    expected = replace(PLAIN.expected, is_release=True)
    found = await asked(github, naming("1.2"), replace(PLAIN, releases=r"^\d+\.\d+$", expected=expected))
    assert isinstance(found, GitTag)
    assert found.commits == (("1.2", COMMIT),)


async def test_the_policy_spells_the_git_tag(github: FakeGitHub) -> None:
    github.repositories["acme/app"].tags.add("app/1.2.3", COMMIT)

    def spelled(pattern: str) -> Policy:
        return replace(PLAIN, expected=replace(PLAIN.expected, git_tag=pattern))

    found = await asked(github, policy=spelled("^app/v?(?P<version>.+)$"))
    assert isinstance(found, GitTag)
    assert found.commits == (("app/1.2.3", COMMIT),)
    assert isinstance(await asked(github, policy=spelled("^.*(?P<version>.+)$")), NotAsked)


def built(ref: str = "", revision: str = COMMIT, name: str = "acme/app", tag: str = "1.2.3", **more: Any) -> Evidence:  # noqa: ANN401 - of the provenance
    """An image, by its repository and tag, and what its provenance names."""
    told = provenance(revision=revision, ref=ref, **more)
    return image(platform(provenance=told), image=Reference.parse(f"quay.io/{name}:{tag}"))


async def judged(github: FakeGitHub, evidence: Evidence, policy: Policy = PLAIN) -> Outcome:
    return outcome(replace(evidence, git_tag=await asked(github, evidence, policy)), policy)


@pytest.mark.parametrize("annotated", [1, 2])
async def test_the_id_of_an_annotated_tag_is_that_of_its_commit(github: FakeGitHub, annotated: int) -> None:
    """BuildKit names it for a build from such a tag, and GitHub lists the commit behind it."""
    tags = github.repositories["acme/app"].tags
    tags.add("v1.2.3", COMMIT, annotated=annotated)
    named = tags.named["v1.2.3"]
    assert await judged(github, built("refs/tags/v1.2.3", named)) is Outcome.PASS
    tags.add("v1.2.3", OTHER, annotated=annotated)  # moved: the old tag is an object that nothing names
    assert await judged(github, built("refs/tags/v1.2.3", named)) is Outcome.FAIL


@pytest.mark.parametrize("crowd", [0, 150])
@pytest.mark.parametrize(
    ("git_tag", "evidence"),
    [
        ("worker/v1.2.3", built("refs/tags/worker/v1.2.3")),
        ("worker-1.2.3", built("refs/tags/worker-1.2.3")),
        ("release-1.2.3", built("refs/tags/release-1.2.3")),
        ("v1.2.3-1", built("refs/tags/v1.2.3-1")),
        ("worker/v1.2.3", built("refs/heads/main", name="acme/worker")),
        ("worker-v1.2.3", built(name="acme/worker")),
        ("worker@1.2.3", built(name="acme/worker")),
        ("worker-1.2.3", built(name="acme/worker")),
        ("server-1.2.3", built(tag="server-1.2.3")),
    ],
)
async def test_in_a_repository_of_components_the_plain_git_tag_may_be_anothers(
    github: FakeGitHub, git_tag: str, evidence: Evidence, crowd: int
) -> None:
    tags = github.repositories["acme/app"].tags
    tags.add(git_tag, COMMIT, annotated=1)
    for number in range(crowd):
        tags.add(f"z{number}", OTHER)
    assert await judged(github, evidence) is Outcome.UNKNOWN
    spelled = replace(PLAIN, expected=replace(PLAIN.expected, git_tag=r"^v?(?P<version>.+)$"))
    assert await judged(github, evidence, spelled) is Outcome.FAIL
    assert await judged(github, replace(evidence, platforms=built(revision="e" * 40).platforms)) is Outcome.FAIL


async def test_a_build_that_says_it_was_of_the_plain_git_tag_is_compared_with_that_alone(github: FakeGitHub) -> None:
    github.repositories["acme/app"].tags.add("worker/v1.2.3", COMMIT)
    assert await judged(github, built("refs/tags/v1.2.3", name="acme/worker")) is Outcome.FAIL
    github.repositories["acme/app"].tags.add("v1.2.4", COMMIT)
    github.repositories["acme/app"].tags.add("v1.2.3-rc1", COMMIT)
    del github.repositories["acme/app"].tags.named["worker/v1.2.3"]
    assert await judged(github, built("refs/tags/v1.2.4")) is Outcome.FAIL


async def test_what_could_not_be_looked_for_is_not_a_mismatch(
    github: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workflows.github_tags.NAMES_MAX", 3)
    for number in range(150):
        github.repositories["acme/app"].tags.add(f"z{number}", OTHER)
    assert await judged(github, built(name="acme/worker")) is Outcome.UNKNOWN


@pytest.mark.parametrize("weak", [{"source_from": "labels"}, {"source_from": "github"}, {"is_revision_labelled": True}])
async def test_a_commit_that_only_a_label_names_costs_no_question(github: FakeGitHub, weak: dict[str, Any]) -> None:
    assert await judged(github, built(**weak)) is Outcome.SKIPPED
    assert not github.asked


@pytest.mark.parametrize(
    "source", ["https://gitlab.com/acme/app", "", "https://github.com/acme", "https://github.com/a/../../x"]
)
async def test_a_source_elsewhere_asks_nobody(github: FakeGitHub, source: str) -> None:
    assert await asked(github, image(platform(provenance=provenance(source=source)))) is None
    assert not github.asked


async def test_without_a_code_host_it_is_skipped() -> None:
    assert await git_tag(BUILT, PLAIN, None) is None
    assert outcome(BUILT) is Outcome.SKIPPED


async def test_a_private_repository_is_unknown_and_never_a_missing_tag(github: FakeGitHub) -> None:
    github.repositories["acme/app"].is_private = True
    found = await asked(github)
    assert isinstance(found, Unreadable)
    assert (found.code, found.passing) == (UnknownReason.CODE_HOST, False)
    assert "PROVENANCE_GITHUB_TOKEN" in found.reason
    assert outcome(replace(BUILT, git_tag=found)) is Outcome.UNKNOWN
    ours = replace(PLAIN, expected=replace(PLAIN.expected, sources=(r"https://github\.com/acme/",)))
    assert isinstance(await asked(github, policy=ours, token=True), GitTag)
    assert isinstance(await asked(github, token=True), Unreadable)
    assert [sent for *_, sent in github.asked] == [False, True, True, False]


@pytest.mark.parametrize(("status", "headers"), [(429, {"Retry-After": "60"}), (503, {}), (403, {})])
async def test_no_answer(github: FakeGitHub, status: int, headers: dict[str, str]) -> None:
    github.broken, github.headers = status, headers
    found = await asked(github)
    assert isinstance(found, Unreadable)
    assert found.code is UnknownReason.CODE_HOST
    assert bool(found.retry_at) == bool(headers)
    assert found.passing == (status != 403)  # a refusal stays one until somebody changes the token


async def test_a_slow_host_ends_in_time(github: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.0)
    assert isinstance(await asked(github), Unreadable)


async def test_beside_the_attestations_and_after_them_only_where_they_name_the_source(github: FakeGitHub) -> None:
    finder = SignatureFinder(SIGSTORE.trust)
    async with reaching(github) as hosts:
        assert isinstance((await with_code_host(BUILT, PLAIN, hosts, finder)).git_tag, GitTag)
        labelled = await with_code_host(replace(FROM_GITHUB, image=BUILT.image), PLAIN, hosts, finder)
        assert labelled.git_tag is None  # a label alone costs no question: there is nothing to compare
        tags = [path for _, path, _ in github.asked if "/tags?" in path]
        assert len(tags) == 1
        github.repositories["acme/app"].attestations.store(INDEX, from_actions())
        found = await with_code_host(replace(FROM_GITHUB, image=BUILT.image), PLAIN, hosts, finder)
        assert isinstance(found.git_tag, GitTag)
    assert BARE.git_tag is None


async def test_an_audit_of_fifty_versions_costs_one_request_and_tells_names_of_one_content_apart(
    github: FakeGitHub,
) -> None:
    for number in range(50):
        github.repositories["acme/app"].tags.add(f"v1.{number}.0", COMMIT if number else OTHER)
    async with reaching(github) as hosts:
        looker = Looker(cast("Registry", None), BuiltIn(PLAIN), hosts=hosts)
        reports = [await looker.report(naming(f"1.{number}.0"), NOW) for number in range(50)]
    outcomes = [next(one.outcome for one in report.results if one.rule == ID) for report in reports]
    assert outcomes == [Outcome.FAIL, *[Outcome.PASS] * 49]
    assert len(github.asked) == 2


async def test_texts_do_not_name_what_is_only_advised_and_was_not_answered(github: FakeGitHub) -> None:
    from bot.render.display import Display  # noqa: PLC0415
    from bot.render.formats import render  # noqa: PLC0415

    github.broken = 503
    report = reported(replace(BUILT, git_tag=await asked(github)))
    for form in ("text", "markdown"):
        assert ID not in render(form, [report], Display())
    assert ID in render("text", [report], Display(verbose=True))
    assert '"reason":"code-host"' in render("json", [report], Display()).replace(" ", "")
    required = replace(PLAIN, require=PLAIN.require | {ID})
    asked_for = reported(replace(BUILT, git_tag=await asked(github)), required)
    assert asked_for.verdict == "unknown"
    assert ID in render("text", [asked_for], Display())
