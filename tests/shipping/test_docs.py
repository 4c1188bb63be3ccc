"""docs/ becomes a site, in which every link leads somewhere."""

import pytest

from tests.conftest import ROOT
from tests.shipping.wheels import run

pytestmark = pytest.mark.shipped


def test_the_documents_build() -> None:
    run("make", "-s", "docs", at=ROOT)
    index = (ROOT / "site" / "index.html").read_text()
    for document in (ROOT / "docs").glob("*.md"):
        assert document.stem == "index" or f'href="{document.stem}/"' in index
