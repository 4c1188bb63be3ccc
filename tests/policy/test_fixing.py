"""Which file builds the images, and who may fix it."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.oci.reference import Reference
from bot.policy.explain import explain
from tests.policy.written import written

IMAGE = Reference.parse("quay.io/acme/app:1.2.3")
WORKFLOW = "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main"


def test_the_workflow_and_who_may_fix_it(tmp_path: Path) -> None:
    entry = f"images:\n  - match: quay.io/acme/*\n    workflow: {WORKFLOW}\n    may_fix: [U012AB3CD, W98ZYX765]\n"
    policies = written(tmp_path, entry)
    policy = policies.for_image(IMAGE)
    assert (policy.workflow, policy.may_fix) == (WORKFLOW, ("U012AB3CD", "W98ZYX765"))
    told = explain(policies, IMAGE, date(2026, 11, 22))
    assert f"workflow   {WORKFLOW}" in told
    assert "may fix    U012AB3CD, W98ZYX765" in told


def test_nobody_may_fix_by_default(tmp_path: Path) -> None:
    policy = written(tmp_path, "images:\n  - match: quay.io/acme/*\n").for_image(IMAGE)
    assert (policy.workflow, policy.may_fix) == ("", ())


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("workflow: .github/workflows/release.yml", "OWNER/REPOSITORY"),
        ("workflow: http://github.com/acme/app/.github/workflows/release.yml", "OWNER/REPOSITORY"),
        ("workflow: https://github.com/acme/app/blob/main/.github/workflows/release.yml", "OWNER/REPOSITORY"),
        ('may_fix: ["@alice"]', "is not a Slack user id"),
        ("may_fix: [S0TEAM]", "is not a Slack user id"),
    ],
)
def test_what_does_not_fit_is_said_with_its_line(tmp_path: Path, line: str, word: str) -> None:
    with pytest.raises(SettingsError, match=r"policy\.yaml:3: ") as error:
        written(tmp_path, f"images:\n  - match: quay.io/acme/*\n    {line}\n")
    assert word in str(error.value)
