"""docs/policy.md: every key is in its tables, and its example is one."""

import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from bot.policy.entry import FilePart, PolicyEntry, WaiverEntry
from bot.policy.warnings import warnings
from tests.conftest import ROOT
from tests.policy.written import written

SECTION: Final = (ROOT / "docs" / "policy.md").read_text()


@pytest.mark.parametrize(("table", "keys"), [("key of an entry", PolicyEntry), ("key of a waiver", WaiverEntry)])
def test_every_key_is_told(table: str, keys: type[FilePart]) -> None:
    rows = SECTION.partition(f"| {table} |")[2].partition("\n\n")[0].splitlines()[2:]
    told = {key for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert told == set(keys.model_fields)


def test_the_example_holds_together(tmp_path: Path) -> None:
    example = SECTION.partition("```yaml\n")[2].partition("```")[0]
    assert warnings(written(tmp_path, example), date(2026, 11, 24)) == ()
