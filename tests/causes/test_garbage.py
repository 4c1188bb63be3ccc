"""Whatever stands in a statement or a configuration, explaining it raises nothing and leaks nothing."""

from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.provenance import Exposed, Mode, RecordPlace
from bot.causes import Failure, catalogue, causes
from bot.context import Context
from bot.evidence import Evidence
from bot.rules import Finding, Outcome
from tests.making import config, image, platform, provenance

TOKEN = "ghp_fakeFAKEfakeFAKEfakeFAKEfakeFAKE0000"
RULES = sorted({rule for cause in catalogue() for rule in cause.explains})
WORD = st.text(max_size=40) | st.sampled_from(
    ["", "https://[", "https://github.com/acme/app", "git@github.com:acme/app", "buildkit.x", "ko", "x" * 3000, TOKEN]
)
PAIRS = st.lists(st.tuples(WORD | st.just("org.opencontainers.image.source"), WORD), max_size=3).map(tuple)


@st.composite
def images(draw: st.DrawFn) -> Evidence:
    said = provenance(
        draw(st.sampled_from([Mode.MIN, Mode.MAX, Mode.FOREIGN, None])),
        builder_id=draw(WORD),
        source=draw(WORD),
        revision=draw(WORD),
        run=draw(WORD),
        workflow=draw(WORD),
        repository_private=draw(st.sampled_from([True, False, None])),
        exposed=(Exposed(RecordPlace.BUILD_ARGUMENT, draw(WORD), TOKEN),),
    )
    made = config(
        labels=draw(PAIRS), history=draw(st.lists(st.tuples(WORD, WORD, WORD), max_size=3).map(tuple)), layers=0
    )
    attested = draw(st.booleans())
    one = platform(
        provenance=said if attested else None,
        sbom=None,
        config=made,
        attestation_manifests=("sha256:x",) if attested else (),
    )
    return image(one, is_index=draw(st.booleans()), indent=draw(st.integers(0, 4)), signatures=())


@given(images(), images(), st.sampled_from(RULES))
def test_nothing_is_raised_and_no_value_is_told(evidence: Evidence, other: Evidence, rule: str) -> None:
    failed = (Finding(Outcome.FAIL, "image", "it failed"),)
    for cause in causes(Context(evidence, baseline=other, sisters=(other,)), Failure(rule, failed)):
        assert TOKEN not in cause.because + cause.snippet + cause.fix + cause.verify
