"""Who may waive a rule from Slack."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.oci.reference import Reference
from bot.policy.explain import explain
from tests.policy.written import written

IMAGE = Reference.parse("quay.io/acme/app:1.2.3")
ENTRY = """\
images:
  - match: quay.io/acme/*
    owners: [U012AB3CD, S012AB3CD, "@release-team"]
    may_waive: [W98ZYX765]
"""


def test_the_owners_by_their_id_and_those_who_are_listed(tmp_path: Path) -> None:
    policies = written(tmp_path, ENTRY)
    policy = policies.for_image(IMAGE)
    assert policy.lets_waive("U012AB3CD")
    assert policy.lets_waive("W98ZYX765")
    for other in ("S012AB3CD", "@release-team", "U0OTHER01", ""):
        assert not policy.lets_waive(other)
    assert "may waive  W98ZYX765, U012AB3CD" in explain(policies, IMAGE, date(2026, 11, 22))


def test_nobody_by_default(tmp_path: Path) -> None:
    policy = written(tmp_path, "images:\n  - match: quay.io/acme/*\n").for_image(IMAGE)
    assert policy.may_waive == ()
    assert not policy.lets_waive("U012AB3CD")


@pytest.mark.parametrize("value", ['["@alice"]', "[S012AB3CD]", "[C012AB3CD]"])
def test_a_name_is_refused_with_its_line(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match=r"policy\.yaml:3: .*is not a Slack user id"):
        written(tmp_path, f"images:\n  - match: quay.io/acme/*\n    may_waive: {value}\n")
