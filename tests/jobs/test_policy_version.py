"""The version of a policy that waives something: each part of a waiver makes another one."""

import json
from pathlib import Path
from typing import Any

from bot.jobs.open_checker import open_checker
from bot.jobs.policy_version import policy_version
from bot.oci.reference import Reference
from bot.policy.source import policies_from
from bot.settings import Settings
from tests.private_sigstore import PrivateSigstore

FILE = """
images:
  - match: "quay.io/acme/*"
waivers:
  - rule: sbom-missing
    image: "quay.io/acme/*"
    reason: REASON
    until: DAY
"""


def test_a_policy_with_a_waiver_has_a_version(tmp_path: Path) -> None:
    """Seen: no image that a waiver of the policy file is about was checked, since its last day had no name."""

    def version(reason: str, day: str) -> str:
        file = tmp_path / "policy.yaml"
        file.write_text(FILE.replace("REASON", reason).replace("DAY", day))
        return policy_version(policies_from(file).for_image(Reference.parse("quay.io/acme/app:1.0")), "1")

    first = version("built by Jib", "2099-01-31")
    assert first == version("built by Jib", "2099-01-31")
    assert len({first, version("built by Jib", "2099-02-01"), version("built by hand", "2099-01-31")}) == 3


async def test_other_trusted_roots_make_another_version(tmp_path: Path) -> None:
    """Seen: a tag that was announced again passed by its last report, signed under a root that was taken away since."""
    file = tmp_path / "root.json"

    async def version(document: str, **settings: Any) -> str:  # noqa: ANN401 - settings of any type
        file.write_text(document)
        async with open_checker(Settings(**settings)) as checker:
            return checker.check_policy(Reference.parse("quay.io/acme/app:1.0")).version

    one, other = (json.dumps(PrivateSigstore().root()) for _ in range(2))
    first = await version(one, trusted_roots=(file,))
    assert first == await version(one, trusted_roots=(file,))
    assert (
        len(
            {
                first,
                await version(other, trusted_roots=(file,)),
                await version(one),
                await version(one, public_root=False),
            }
        )
        == 4
    )
