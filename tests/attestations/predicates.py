"""Small predicates and statements as BuildKit and others write them, to be changed by one thing in each test."""

import json
from base64 import b64encode
from typing import Any, Final

from bot.attestations.provenance import Provenance
from bot.attestations.slsa import read_provenance
from bot.attestations.statement import SLSA_V02, SLSA_V1, Statement
from bot.oci.documents import read

BUILDKIT_V1: Final = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"
BUILDKIT_V02: Final = "https://mobyproject.org/buildkit@v1"
METADATA_V02: Final = "https://mobyproject.org/buildkit@v1#metadata"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
DIGEST: Final = "sha256:" + "ab" * 32
COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"

Json = dict[str, Any]


def step(**operation: object) -> Json:
    """A build step with that operation, as `exec`, `file` or `source`."""
    return {"id": "step0", "op": {"Op": operation, "constraints": {}}}


BUILT: Final = {"llbDefinition": [step(source={"identifier": "local://context"})], "digestMapping": {}}


def v1(  # noqa: PLR0913 - each test changes one of them
    *,
    request: Json | None = None,
    config_source: Json | None = None,
    internal: Json | None = None,
    metadata: Json | None = None,
    materials: list[Json] | None = None,
    builder: str = "",
    build_type: str = BUILDKIT_V1,
) -> Json:
    """A v1 predicate; `internal` with `buildConfig` makes it max."""
    return {
        "buildDefinition": {
            "buildType": build_type,
            "externalParameters": {
                "configSource": config_source or {},
                "request": {"frontend": "dockerfile.v0", **(request or {})},
            },
            "internalParameters": {"builderPlatform": "linux/amd64", **(internal or {})},
            "resolvedDependencies": materials or [],
        },
        "runDetails": {
            "builder": {"id": builder},
            "metadata": {
                "invocationId": "abc",
                "startedOn": "2026-11-22T18:49:28Z",
                "finishedOn": "2026-11-22T18:49:29Z",
                "buildkit_metadata": metadata or {},
                "buildkit_completeness": {"request": True, "resolvedDependencies": False},
            },
        },
    }


def v02(  # noqa: PLR0913 - as above
    *,
    parameters: Json | None = None,
    config_source: Json | None = None,
    environment: Json | None = None,
    metadata: Json | None = None,
    materials: list[Json] | None = None,
    builder: str = "",
    build_type: str = BUILDKIT_V02,
    **more: object,
) -> Json:
    """A v0.2 predicate; `buildConfig` among `more` makes it max."""
    return {
        "builder": {"id": builder},
        "buildType": build_type,
        "materials": materials or [],
        "invocation": {
            "configSource": config_source or {"entryPoint": "Dockerfile"},
            "parameters": {"frontend": "dockerfile.v0", **(parameters or {})},
            "environment": {"platform": "linux/amd64", **(environment or {})},
        },
        "metadata": {
            "buildInvocationID": "abc",
            "buildStartedOn": "2026-11-22T18:49:28Z",
            "buildFinishedOn": "2026-11-22T18:49:29Z",
            METADATA_V02: metadata or {},
        },
        **more,
    }


def statement(predicate: object, predicate_type: str = SLSA_V1, *, about: str = DIGEST, **more: object) -> bytes:
    """A statement about that digest, as bytes; about="" gives it no subject."""
    subject = [{"name": "pkg:docker/app", "digest": dict([about.split(":")])}] if about else []
    document = {"_type": STATEMENT, "predicateType": predicate_type, "subject": subject, "predicate": predicate}
    return json.dumps(document | more).encode()


def provenance(predicate: object, predicate_type: str = SLSA_V1) -> Provenance:
    """What is read from a statement with that predicate."""
    return read_provenance(read(statement(predicate, predicate_type), Statement, what="statement"))


def provenance_v02(predicate: object) -> Provenance:
    """The same for v0.2."""
    return provenance(predicate, SLSA_V02)


def base64(text: str) -> str:
    """As BuildKit writes bytes."""
    return b64encode(text.encode()).decode()
