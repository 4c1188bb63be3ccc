"""Whatever the evidence and the rules: every rule answers, and the law of the verdict holds."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.provenance import Mode
from bot.context import Context
from bot.evidence import NotAsked, PlatformEvidence, Unreadable
from bot.policy import Policy
from bot.report import Report, Verdict
from bot.rules import Outcome, Rule, Severity, catalogue
from tests.judging import judged, made, result, said
from tests.making import NOW, config, image, platform, provenance, reported, sbom

OUTCOMES = st.sampled_from([Outcome.FAIL, Outcome.UNKNOWN, Outcome.SKIPPED])
SUBJECTS = st.sampled_from(["linux/amd64", "linux/arm64", "image"])
FINDINGS = st.lists(st.builds(said, OUTCOMES, SUBJECTS, st.sampled_from([None, Severity.LOW])), max_size=3)


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Rule], Policy]:
    """Rules that need earlier ones, and a policy that names some of them."""
    names = count()
    rules: list[Rule] = []
    for findings in draw(st.lists(FINDINGS, min_size=1, max_size=5)):
        earlier = [rule.id for rule in rules]
        needs = frozenset(draw(st.lists(st.sampled_from(earlier), max_size=2))) if earlier else frozenset[str]()
        rules.append(made(f"rule_{next(names)}", *findings, needs=needs))
    ids = st.frozensets(st.sampled_from([rule.id for rule in rules]))
    return rules, Policy("drawn", require=draw(ids), advise=draw(ids))


@given(questions())
def test_a_pass_means_that_nothing_required_failed_or_is_unknown(asked: tuple[list[Rule], Policy]) -> None:
    rules, policy = asked
    report = reported(image(), policy, now=NOW, rules=rules)
    outcomes = {each.rule: each.outcome for each in report.results}
    required = policy.required(rules)
    if report.verdict in {Verdict.PASS, Verdict.WARN}:
        assert all(outcomes[id_] in {Outcome.PASS, Outcome.SKIPPED} or not _counts(report, id_) for id_ in required)
        assert Outcome.UNKNOWN not in {outcomes[id_] for id_ in required}
    for rule in rules:
        if outcomes[rule.id] is Outcome.PASS:
            assert {outcomes[need] for need in rule.needs} <= {Outcome.PASS}
            assert not any(f.outcome in {Outcome.FAIL, Outcome.UNKNOWN} for f in rule.findings(Context(image())))


def _counts(report: Report, id_: str) -> bool:
    return result(report, id_).required


PROVENANCE = st.one_of(
    st.none(),
    st.builds(Unreadable, st.text(max_size=20)),
    st.builds(provenance, st.sampled_from([*Mode, None]), builder_id=st.text(), revision=st.text(), source=st.text()),
)
SBOM = st.one_of(
    st.none(),
    st.builds(Unreadable, st.text(max_size=20)),
    st.builds(sbom, packages=st.integers(0, 5), os_packages=st.integers(0, 5), distribution=st.text(max_size=5)),
)
CONFIG = st.one_of(
    st.none(),
    st.builds(NotAsked, st.text(max_size=20)),
    st.builds(config, labels=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=30)), max_size=3).map(tuple)),
)
PLATFORM = st.builds(
    platform, st.sampled_from(["linux/amd64", "linux/arm64"]), provenance=PROVENANCE, sbom=SBOM, config=CONFIG
)


@given(st.lists(PLATFORM, max_size=3))
def test_whatever_the_evidence_every_rule_answers(platforms: list[PlatformEvidence]) -> None:
    report = judged(image(platforms=tuple(platforms)))
    assert len(report.results) == len(catalogue())
    if not platforms or any(isinstance(each.provenance, Unreadable | None) for each in platforms):
        assert report.verdict in {Verdict.FAIL, Verdict.UNKNOWN}
