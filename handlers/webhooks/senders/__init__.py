"""Who may announce pushes, one product a file: how it proves itself, how it reads, what its operator pastes where.

To add one: a file here with a RECEIVER, a line in `RECEIVERS`, and a fixture in tests/fixtures/webhooks that says what
must come of it. `provenance webhooks --markdown` prints the table in docs/webhooks.md.
"""

from collections.abc import Mapping
from typing import Final

from handlers.webhooks.receiver import Receiver
from handlers.webhooks.senders import (
    acr,
    aliyun,
    artifact_registry,
    artifactory,
    cdevents,
    cloudevents,
    distribution,
    dockerhub,
    ecr,
    gitea,
    github,
    harbor,
    nexus,
    quay,
    zot,
)

RECEIVERS: Final[Mapping[str, Receiver]] = {
    "acr": acr.RECEIVER,
    "aliyun": aliyun.RECEIVER,
    "artifact-registry": artifact_registry.RECEIVER,
    "artifactory": artifactory.RECEIVER,
    "cdevents": cdevents.RECEIVER,
    "cloudevents": cloudevents.RECEIVER,
    "distribution": distribution.RECEIVER,
    "dockerhub": dockerhub.RECEIVER,
    "ecr": ecr.RECEIVER,
    "gitea": gitea.RECEIVER,
    "github": github.RECEIVER,
    "harbor": harbor.RECEIVER,
    "nexus": nexus.RECEIVER,
    "quay": quay.RECEIVER,
    "zot": zot.RECEIVER,
}
"""By the `kind` of a source."""
