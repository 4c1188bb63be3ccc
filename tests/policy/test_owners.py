"""Owners in a policy file: which of them are called, and which only look as if they were."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.policy.owners import OWNERS_MAX, OwnerKind, kind_of
from bot.policy.warnings import warnings
from tests.policy.written import ONE, for_image, written

TODAY = date(2026, 11, 24)


def test_ids_are_nothing_to_remark(tmp_path: Path) -> None:
    text = f"{ONE}    owners: [U012AB3CD, W012AB3CD, S012AB3CD]\n"
    assert warnings(written(tmp_path, text), TODAY) == ()
    assert for_image(tmp_path, text).owners == ("U012AB3CD", "W012AB3CD", "S012AB3CD")


@pytest.mark.parametrize(
    "owner", ["@release-team", "<!channel>", "<@U012AB3CD>", "@here", "SRE", "u012ab3cd", "C012AB3CD"]
)
def test_what_is_no_id_is_said_to_call_nobody(tmp_path: Path, owner: str) -> None:
    (said,) = warnings(written(tmp_path, f"{ONE}    owners: [U012AB3CD, '{owner}']\n"), TODAY)
    assert said.startswith(f"policy.yaml:3: images[0].owners[1]: {owner!r} is plain text and notifies nobody")


@pytest.mark.parametrize(
    "owner", ["S012AB3CD> <!channel", "U012AB3CD> <!channel", "S012AB3CD|release", "U012AB3CD\n", "xS012AB3CD"]
)
def test_what_only_begins_like_an_id_is_not_put_into_a_mention(owner: str) -> None:
    assert kind_of(owner) is OwnerKind.NAME


def test_a_word_that_could_be_an_id_is_told(tmp_path: Path) -> None:
    (said,) = warnings(written(tmp_path, f"{ONE}    owners: SECURITY\n"), TODAY)
    assert "'SECURITY' is read as the id of a Slack user group; if it is a name, write @SECURITY" in said


def test_more_than_one_message_calls_are_refused(tmp_path: Path) -> None:
    names = ", ".join(f"U012AB3C{number:02}" for number in range(OWNERS_MAX + 1))
    with pytest.raises(SettingsError, match=rf"policy\.yaml:3: images\[0\]\.owners: .*at most {OWNERS_MAX}"):
        written(tmp_path, f"{ONE}    owners: [{names}]\n")
