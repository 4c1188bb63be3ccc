import pytest

from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-provenance-min"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("provenance: mode=min", "provenance: mode=max"),
        ("provenance: mode=min,inline-only=true", "provenance: mode=max,inline-only=true"),
        ('provenance: "mode=min" # private', 'provenance: "mode=max" # private'),
    ],
)
def test_inputs(before: str, after: str) -> None:
    text = job(build("push: true", before))
    assert places(RULE, text) == [(10, "high")]
    assert fixed(RULE, text) == text.replace(before, after)


def test_flags() -> None:
    text = job(run("docker buildx build --push --attest=type=provenance,mode=min,version=v1 ."))
    assert places(RULE, text) == [(7, "high")]
    assert "--attest=type=provenance,mode=max,version=v1 ." in fixed(RULE, text)


def test_bake_targets_in_both_spellings() -> None:
    hcl = 'target "a" {\n  tags = ["x/a"]\n  attest = ["type=sbom", "type=provenance,mode=min"] # why\n}\n'
    assert places(RULE, hcl, "docker-bake.hcl") == [(3, "high")]
    assert fixed(RULE, hcl, "docker-bake.hcl") == hcl.replace("mode=min", "mode=max")
    json = '{"target": {"a": {"tags": ["x/a"], "attest": ["type=provenance,mode=min"]}}}'
    assert fixed(RULE, json, "docker-bake.json") == json.replace("mode=min", "mode=max")
    table = 'target "a" {\n  tags = ["x/a"]\n  attest = [{ type = "provenance", mode = "min" }]\n}\n'
    assert fixed(RULE, table, "docker-bake.hcl") == table.replace('"min"', '"max"')


def test_what_is_inherited_is_mended_where_it_stands() -> None:
    parent = 'target "_a" { attest = ["type=provenance,mode=min"] }\n'
    text = parent + 'target "b" {\n  inherits = ["_a"]\n  tags = ["x/b"]\n}\n'
    assert places(RULE, text, "docker-bake.hcl") == [(1, "high")]


def test_max_is_fine() -> None:
    assert not found(RULE, job(build("push: true", "provenance: mode=max")))
