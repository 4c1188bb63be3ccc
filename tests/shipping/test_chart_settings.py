"""Which settings the chart takes: every one but secrets and what is the chart's own. A misspelt one is refused."""

import json
import re
from typing import Final

from tests.conftest import ROOT
from tests.shipping.variables import known_variables, secret_variables

OWN: Final = re.compile(r"PROVENANCE_(POLICY|METRICS|DATA|TUF.*|(PAGES_)?(PORT|HOST))|PORT|REDIS_URL")
"""What the templates set, what a pod cannot change, and what needs a folder that it has not."""


def test_the_chart_takes_each_setting_by_its_name() -> None:
    """Seen: PROVENANCE_WATCHES was taken, and only a line in a pod's log said that nothing is watched."""
    schema = json.loads((ROOT / "deploy" / "chart" / "values.schema.json").read_text())
    taken = schema["properties"]["settings"]["propertyNames"]["enum"]
    assert taken == sorted(one for one in known_variables() - secret_variables() if not OWN.fullmatch(one))
