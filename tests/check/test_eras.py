"""Images from before the day on which a rule could be fulfilled."""

from datetime import date
from pathlib import Path

import pytest

from bot.check.audit.eras import built_on, not_yet_asked
from bot.evidence import Evidence
from tests.making import config, image, platform, provenance
from tests.policy.written import ONE, for_image

SINCE = ONE + "    since: { provenance-mode-min: 2025-01-13 }\n"


def built(*moments: str) -> Evidence:
    """Without provenance, so that only the configurations tell."""
    names = ("linux/amd64", "linux/arm64")
    return image(
        *(platform(name, provenance=None, config=config(created=at)) for name, at in zip(names, moments, strict=False))
    )


@pytest.mark.parametrize(
    ("moments", "day"),
    [
        (("2025-01-12T23:59:59Z",), date(2025, 1, 12)),
        (("2024-01-01T00:00:00Z", "2025-02-01T00:00:00.123456789Z"), date(2025, 2, 1)),
        (("1970-01-01T00:00:00Z",), None),
        (("0001-01-01T00:00:00Z", "2024-01-01T00:00:00Z"), date(2024, 1, 1)),
        (("",), None),
        (("yesterday",), None),
        (("2025-13-41T00:00:00Z",), None),
        (("9" * 4000,), None),
    ],
)
def test_the_day_of_an_image(moments: tuple[str, ...], day: date | None) -> None:
    assert built_on(built(*moments)) == day


def test_provenance_tells_the_day_too() -> None:
    told = provenance(started_on="2025-03-01T10:00:00Z", finished_on="2025-03-02T10:00:00Z")
    assert built_on(image(platform(provenance=told, provenances=(told,)))) == date(2025, 3, 2)


@pytest.mark.parametrize(
    ("moment", "rules"),
    [
        ("2025-01-12T10:00:00Z", {"provenance-mode-min"}),
        ("2025-01-13T10:00:00Z", set()),
        ("1970-01-01T00:00:00Z", set()),
        ("", set()),
    ],
)
def test_rules_that_came_later(tmp_path: Path, moment: str, rules: set[str]) -> None:
    assert not_yet_asked(for_image(tmp_path, SINCE), built(moment)) == rules


def test_an_ambiguous_document_is_asked_of_every_image(tmp_path: Path) -> None:
    policy = for_image(tmp_path, ONE + "    since: { document-ambiguous: 2026-01-01, sbom-missing: 2026-01-01 }\n")
    assert not_yet_asked(policy, built("2025-01-12T10:00:00Z")) == {"sbom-missing", "sbom-lost"}
