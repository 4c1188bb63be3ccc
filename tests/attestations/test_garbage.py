"""Any JSON as a predicate: read, or malformed, and nothing worse."""

import contextlib
import json
import re
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.sbom_reading import read_sbom
from bot.attestations.slsa import read_provenance
from bot.attestations.statement import SLSA_V02, SLSA_V1, Statement
from bot.errors import MalformedError
from bot.oci.documents import read
from tests.attestations.predicates import BUILT, statement, v02, v1

KEYS: Final = tuple(
    re.findall(
        r"\S+",
        "buildDefinition buildType externalParameters internalParameters configSource request args root "
        "inputs buildConfig llbDefinition op Op exec meta env file actions Action mkfile data source "
        "infos materials resolvedDependencies uri digest sha1 runDetails builder id metadata invocation "
        "environment parameters github_event_payload repository workflow vcs secrets predicate packages "
        "externalRefs relationships components spdxVersion bomFormat @graph type Data creationInfo "
        "creators name ",
    ),
)
LEAVES: Final = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "SPDX-2.3",
            "CycloneDX",
            "pkg:docker/",
            "pkg:docker/a@1",
            "pkg:docker/%",
            "https://a:b@c",
            "software_Package",
            "e30=",
        ]
    )
)
JSON: Final = st.recursive(
    LEAVES,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.sampled_from(KEYS), children, max_size=6),
    max_leaves=40,
)


@given(JSON, st.sampled_from([SLSA_V1, SLSA_V02, "https://slsa.dev/provenance/v9"]))
def test_any_predicate_as_provenance(predicate: Any, kind: str) -> None:  # noqa: ANN401 - JSON is anything
    with contextlib.suppress(MalformedError):
        read_provenance(read(statement(predicate, kind), Statement, what="it"))


def _paths(document: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path] * bool(path) + [found for key, value in inner for found in _paths(value, (*path, key))]


@pytest.mark.parametrize(
    ("predicate", "kind"),
    [
        (
            v1(request={"args": {"build-arg:A": "1"}, "secrets": [{"id": "x"}]}, internal={"buildConfig": BUILT}),
            SLSA_V1,
        ),
        (v02(materials=[{"uri": "pkg:docker/a@1"}], buildConfig=BUILT), SLSA_V02),
    ],
)
@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, [None], {"a": None}, True])
def test_an_odd_value_at_every_place(predicate: dict[str, Any], kind: str, odd: object) -> None:
    for path in _paths(predicate):
        changed = json.loads(json.dumps(predicate))
        at = changed
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = odd
        with contextlib.suppress(MalformedError):
            read_provenance(read(statement(changed, kind), Statement, what="it"))


@given(JSON)
def test_any_predicate_as_sbom(document: Any) -> None:  # noqa: ANN401 - JSON is anything
    with contextlib.suppress(MalformedError):
        read_sbom(json.dumps(document).encode(), what="it")


@given(st.binary(max_size=300))
def test_any_bytes_as_sbom(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_sbom(data, what="it")


def test_a_field_longer_than_any_name_is_malformed() -> None:
    with pytest.raises(MalformedError, match="characters"):
        read_provenance(read(statement(v1(builder="x" * 10_000)), Statement, what="it"))


def test_requests_nested_as_deep_as_json_goes() -> None:
    request: dict[str, Any] = {"args": {"build-arg:DEEP": "1"}}
    for _ in range(60):
        request = {"root": {"request": request}}
    found = read_provenance(read(statement(v1(request=request)), Statement, what="it"))
    assert found.build_args == ("DEEP",)
