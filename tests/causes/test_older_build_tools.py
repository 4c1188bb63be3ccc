"""Signs of an action or a BuildKit that went back to an older version."""

from bot.attestations.provenance import Mode
from bot.evidence import Evidence
from tests.causes.showing import hides, shows
from tests.making import image, platform, provenance
from tests.rules.earlier import earlier

ID, RULE = "older-build-tools", "provenance-lost"
RUN = "https://github.com/acme/app/actions/runs/1"


def of(run: str = RUN, slsa: str = "v1", mode: Mode = Mode.MIN) -> Evidence:
    return image(platform(provenance=provenance(mode, builder_id=run, run=run, slsa=slsa)))


def before(run: str = RUN, slsa: str = "v1") -> Evidence:
    return earlier(platform(provenance=provenance(builder_id=run, run=run, slsa=slsa)))


def test_a_run_without_its_attempt() -> None:
    shows(ID, "likely", "6.0.0", evidence=of(), rule=RULE, baseline=before(f"{RUN}/attempts/1"))


def test_provenance_of_an_older_version() -> None:
    shows(ID, "likely", "0.28", evidence=of(slsa="v0.2"), rule=RULE, baseline=before())


def test_newer_or_equal_tools() -> None:
    hides(ID, evidence=of(), rule=RULE, baseline=before())
    hides(ID, evidence=of(f"{RUN}/attempts/1"), rule=RULE, baseline=before())
    hides(ID, evidence=of(), rule=RULE, baseline=before(slsa="v0.2"))


def test_a_builder_that_names_no_run_tells_nothing() -> None:
    unnamed = image(platform(provenance=provenance(Mode.MIN, builder_id="", run="")))
    hides(ID, evidence=unnamed, rule=RULE, baseline=before(f"{RUN}/attempts/1"))


def test_without_a_baseline_nothing_is_claimed() -> None:
    hides(ID, evidence=of(slsa="v0.2"), rule=RULE)
