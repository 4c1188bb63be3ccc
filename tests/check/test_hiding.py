"""Whatever the image and the policy: hiding a part of an image that does not pass makes no pass of it."""

from collections.abc import Callable
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.provenance import Mode
from bot.context import Expected, ExpectedIdentity
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.policy import Policy, Waiver
from bot.report import Report, Verdict
from bot.report.since import since
from bot.rules import catalogue
from bot.signatures.signature import Signature, SignatureState
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.making import ISSUER, NOW, digest, image, platform, provenance, reported, sbom, signature

GOOD: Final = {Verdict.PASS, Verdict.WARN}
UNREAD: Final = Unreadable("503 Service Unavailable")
UNSEARCHED: Final = (Unreadable("503 Service Unavailable", UnknownReason.UNSEARCHED),)
EVIL: Final = "https://github.com/evil/app"
EXPECTED: Final = Expected(
    identities=(ExpectedIdentity(ISSUER, r"https://github\.com/acme/.+"),),
    sources=(r"https://github\.com/acme/",),
    builders=(r"https://github\.com/acme/",),
    base_images=(r"pkg:docker/(?:alpine|golang)@.+",),
    is_release=True,
)

PROVENANCE: Final = st.sampled_from(
    [
        None,
        provenance(),
        provenance(Mode.MIN),
        provenance(Mode.FOREIGN, build_type="https://ci.example/build"),
        provenance(source=EVIL),
        provenance(source=EVIL, revision=""),
        provenance(revision=""),
        provenance(builder_id=""),
        provenance(base_images=("pkg:docker/evil@1",), ref="refs/heads/main"),
    ]
)
SBOM: Final = st.sampled_from(
    [None, sbom(), sbom(packages=0, os_packages=0), sbom(os_packages=0), sbom(has_author=False)]
)
RULES: Final = st.frozensets(st.sampled_from([rule.id for rule in catalogue()]), max_size=6)
SIGNERS: Final = st.sampled_from([{}, {"identity": f"{EVIL}/.github/workflows/release.yml@refs/tags/1.2.3"}])


@st.composite
def images(draw: st.DrawFn) -> Evidence:
    names = draw(st.lists(st.sampled_from(["linux/amd64", "linux/arm64"]), min_size=1, max_size=2, unique=True))
    platforms = tuple(platform(name, provenance=draw(PROVENANCE), sbom=draw(SBOM)) for name in names)
    return image(*platforms, signatures=tuple(draw(st.lists(signatures(), max_size=2))))


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    state = draw(st.sampled_from(SignatureState))
    changes = draw(SIGNERS) if state is SignatureState.VALID else {}
    kind = draw(st.sampled_from(["", "https://slsa.dev/provenance/v1", "https://scan.example/v1"]))
    return signature(
        state, digest=digest(draw(st.sampled_from(["index", "linux/amd64"]))), predicate_type=kind, **changes
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    waivers = tuple(Waiver(rule, "known", NOW.date()) for rule in draw(RULES))[:2]
    return Policy("drawn", require=draw(RULES), advise=draw(RULES), expected=EXPECTED, waivers=waivers)


def _first(change: Callable[[PlatformEvidence], PlatformEvidence]) -> Callable[[Evidence], Evidence]:
    return lambda evidence: replace(evidence, platforms=(change(evidence.platforms[0]), *evidence.platforms[1:]))


HIDING: Final = st.sampled_from(
    [
        _first(lambda one: replace(one, provenance=UNREAD, provenances=())),
        _first(lambda one: replace(one, sbom=UNREAD, sboms=())),
        _first(lambda one: replace(one, config=UNREAD)),
        lambda evidence: replace(evidence, unreadable=(UNREAD,)),
        lambda evidence: replace(evidence, signatures_unreadable=UNSEARCHED),
        lambda evidence: replace(evidence, code_host_unreadable=UNSEARCHED),
    ]
)


@given(images(), policies(), HIDING)
def test_no_pass_by_hiding(evidence: Evidence, policy: Policy, hide: Callable[[Evidence], Evidence]) -> None:
    if reported(evidence, policy, now=NOW).verdict not in GOOD:
        assert reported(hide(evidence), policy, now=NOW).verdict not in GOOD


@given(images(), images(), policies(), HIDING)
def test_no_pass_by_hiding_where_only_what_got_worse_counts(
    evidence: Evidence, before: Evidence, policy: Policy, hide: Callable[[Evidence], Evidence]
) -> None:
    earlier = reported(before, policy, now=NOW)

    def judged(one: Evidence) -> Report:
        return since(reported(one, policy, now=NOW, baseline=before), earlier)

    if judged(evidence).verdict not in GOOD:
        assert judged(hide(evidence)).verdict not in GOOD
