"""Built by a run before, and by another one or by none now."""

from bot.attestations.provenance import Mode, Provenance
from bot.evidence import Evidence
from tests.causes.showing import hides, shows
from tests.making import image, platform, provenance
from tests.rules.earlier import BARE, earlier

ID, RULE = "other-pipeline", "provenance-lost"
RUN = "https://github.com/acme/app/actions/runs/1"


def by(run: str, mode: Mode = Mode.MIN) -> Provenance:
    return provenance(mode, builder_id=run, run=run)


def of(run: str) -> Evidence:
    return image(platform(provenance=by(run)))


BEFORE = earlier(platform(provenance=by(RUN, Mode.MAX)))


def test_a_run_of_another_repository() -> None:
    other = of("https://github.com/someone/fork/actions/runs/7")
    shows(ID, "likely", "github.com/acme/app", "github.com/someone/fork", evidence=other, rule=RULE, baseline=BEFORE)


def test_no_run_at_all() -> None:
    shows(ID, "possible", "names no run", evidence=of(""), rule=RULE, baseline=BEFORE)


def test_another_run_of_the_same_repository_is_the_same_pipeline() -> None:
    hides(ID, evidence=of("https://github.com/Acme/App/actions/runs/2/attempts/1"), rule=RULE, baseline=BEFORE)


def test_without_provenance_nobody_can_tell() -> None:
    hides(ID, evidence=image(BARE), rule=RULE, baseline=BEFORE)
    hides(ID, evidence=of(""), rule=RULE, baseline=earlier(BARE))
    hides(ID, evidence=of(""), rule=RULE)
