"""From a reference to a report: others are answered while a report is made."""

import threading
from collections.abc import Iterable
from pathlib import Path

from msgspec import field

from bot.oci.layout import LayoutRegistry, parse_layout
from bot.policy import BuiltIn, Policy
from bot.policy.default import default_policy
from bot.report import Verdict
from bot.rules import Rule
from tests.checking import check


class Watched(Policy, frozen=True):
    """A policy that notes in which thread it is asked."""

    threads: list[int] = field(default_factory=list)

    def required(self, rules: Iterable[Rule]) -> frozenset[str]:
        self.threads.append(threading.get_ident())
        return super().required(rules)


async def test_judging_does_not_hold_up_the_loop(samples: Path) -> None:
    usual = default_policy()
    policy = Watched(name="watched", require=usual.require, advise=usual.advise)
    layout = samples / "min_2p_dflt"
    report = await check(parse_layout(f"oci:{layout}"), LayoutRegistry(layout), BuiltIn(policy))
    assert report.verdict is Verdict.FAIL
    assert policy.threads
    assert threading.get_ident() not in policy.threads
