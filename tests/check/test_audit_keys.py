"""An audit under a policy whose entries name different keys: one content may be a trusted one under one tag only."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.check.audit.run import Auditor
from bot.check.audit.scope import AuditScope
from bot.check.looker import Looker
from bot.oci.reference import Reference
from bot.policy.search import Searching
from bot.report.audit import Judged
from bot.signatures.options import RootOptions
from tests.evidence.building import NAME
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.policy.written import written
from tests.private_fulcio import Signer, new_key
from tests.private_sigstore import PrivateSigstore
from tests.signatures.signing import Signed

POLICY = """\
images:
  - match: "{host}/team/app:*-dev"
    keys: dev/cosign.pub
    require: [signature-missing, signature-identity-unexpected]
  - match: "{host}/team/app"
    keys: release/cosign.pub
    require: [signature-missing, signature-identity-unexpected]
"""


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


@pytest.mark.parametrize("who", ["dev", "release"])
async def test_each_tag_of_a_content_is_judged_by_the_keys_of_its_own_entry(
    signed: Signed, tmp_path: Path, who: str
) -> None:
    """Both files are called cosign.pub. A key for development must not sign a release, nor be refused because of it."""
    holders = {name: Signer(new_key()) for name in ("dev", "release")}
    for name, holder in holders.items():
        (tmp_path / name).mkdir()
        pem = holder.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / name / "cosign.pub").write_bytes(pem)
    digest, *_ = signed.image()
    signed.sig_tag(digest, PrivateSigstore().sig_layer(digest, holders[who], log=False))
    for tag in ("1.0.0", "1.0.0-dev"):
        signed.registry.tag(NAME, tag, digest)
    del signed.repository.tags["1.0"]
    policies = written(tmp_path, POLICY.format(host=signed.registry.host))
    async with opened(signed.registry) as registries:
        searching = Searching(RootOptions(public=False), lambda: policies)
        looker = Looker(registries, policies, searching=searching)
        auditor = Auditor(looker, AuditScope(), lambda: datetime.now(UTC))
        audit = await auditor.audit([Reference.parse(f"{signed.registry.host}/{NAME}")])
    found = {row.tag: row.verdict for row in audit.rows}
    assert [tag for tag, verdict in found.items() if verdict is Judged.PASS] == [
        "1.0.0-dev" if who == "dev" else "1.0.0"
    ]
    assert len(found) == 2
