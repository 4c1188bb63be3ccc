"""The table of tools: whole, with sources, and the same as the policy and the documentation say."""

import pytest

from bot.oci.referrer_list import ApiRefusal
from bot.readers.forms import REFERRERS, EvidenceForm, of_signature
from bot.readers.reader import SIGNATURE_LAYOUTS, EvidenceKind, Reader, disagree, layouts_of
from bot.readers.table import ROWS
from bot.signatures.signature import Layout
from tests.conftest import ROOT
from tests.making import signature

EVERY = pytest.mark.parametrize("reader", Reader)
GUIDE = (ROOT / "docs" / "policy.md").read_text("utf-8")


@EVERY
def test_every_tool_has_a_row_with_version_and_sources(reader: Reader) -> None:
    row = ROWS[reader]
    assert row.version
    assert row.sources
    assert all(source.startswith("https://") for source in row.sources)
    assert row.looks
    for look in row.looks.values():
        assert look.forms or look.own_type
        assert look.fix.endswith(".")
        assert not look.undocumented & set(look.forms)


@EVERY
def test_the_layouts_of_signatures_are_those_of_the_row(reader: Reader) -> None:
    look = ROWS[reader].looks.get(EvidenceKind.SIGNATURE)
    forms = set(look.forms) if look else set()
    assert {layout for layout in Layout if of_signature(signature(layout=layout)).form in forms} == set(
        SIGNATURE_LAYOUTS.get(reader, ())
    )


@EVERY
def test_the_documentation_shows_every_tool_with_its_version(reader: Reader) -> None:
    (line,) = [line for line in GUIDE.splitlines() if line.startswith(f"| `{reader}` |")]
    assert ROWS[reader].version in line


@EVERY
def test_a_tool_that_asks_for_lists_of_referrers_says_when_it_asks_for_the_fallback_tag(reader: Reader) -> None:
    row = ROWS[reader]
    asks = row.follows_lists and any(REFERRERS & set(look.forms) for look in row.looks.values())
    assert bool(row.falls_back) is asks
    assert asks <= (ApiRefusal.NOT_FOUND in row.falls_back)


def test_tools_that_read_no_signatures_do_not_say_which_layouts_count() -> None:
    assert layouts_of([Reader.COSIGN_2, Reader.DOCKER_SCOUT, Reader.BUILDX_IMAGETOOLS]) == {"cosign-tag"}
    assert layouts_of([Reader.DOCKER_SCOUT]) == frozenset()
    assert not disagree([Reader.DOCKER_SCOUT, Reader.BUILDX_IMAGETOOLS])
    assert disagree([Reader.COSIGN_2, Reader.NOTATION, Reader.DOCKER_SCOUT])


def test_a_form_of_every_layout_is_known() -> None:
    assert {of_signature(signature(layout=layout)).form for layout in Layout} <= set(EvidenceForm)
