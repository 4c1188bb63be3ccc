"""The version of a policy that waives something: each part of a waiver makes another one."""

from pathlib import Path

from bot.jobs.policy_version import policy_version
from bot.oci.reference import Reference
from bot.policy.source import policies_from

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
