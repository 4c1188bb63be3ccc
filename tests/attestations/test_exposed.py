"""A secret is planted in every place that people leak one; each must be found, and by its place."""

from itertools import repeat
from typing import Any

import pytest

from bot.attestations.exposed import EXPOSED_MAX, LOOKED_MAX, bounded
from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets import looks_secret
from tests.attestations.predicates import BUILT, base64, provenance, provenance_v02, step, v02, v1

TOKEN = "npm_" + "fakeFAKE" * 4 + "0000"
URL = "https://user:hunter2hunter2@example.com/x"


def built(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"buildConfig": {"llbDefinition": list(steps)}}


def writes(text: str) -> dict[str, Any]:
    return {"Action": {"mkfile": {"path": "/x", "data": base64(text)}}}


def dockerfile(text: str) -> dict[str, Any]:
    return {"source": {"infos": [{"filename": "Dockerfile", "data": base64(text)}]}}


def leaks(predicate: object) -> set[tuple[str, str]]:
    """Place and key of everything in the predicate that looks like a secret."""
    found = [looks_secret(exposed) for exposed in provenance(predicate).exposed]
    return {(leak.place, leak.key) for leak in found if leak is not None}


PLACES: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("build arg", v1(request={"args": {"build-arg:NPM_TOKEN": TOKEN}}), ("build argument", "NPM_TOKEN")),
    (
        "root's build arg",
        v1(request={"root": {"request": {"args": {"build-arg:NPM_TOKEN": TOKEN}}}}),
        ("build argument", "NPM_TOKEN"),
    ),
    (
        "build arg of a named context",
        v1(request={"inputs": {"base": {"request": {"args": {"build-arg:PASSWORD": "hunter2"}}}}}),
        ("build argument", "PASSWORD"),
    ),
    ("label", v1(request={"args": {"label:token": TOKEN}}), ("label", "token")),
    ("named context", v1(request={"args": {"context:src": URL}}), ("named context", "")),
    ("other option", v1(request={"args": {"add-hosts": URL}}), ("frontend option", "")),
    ("configSource", v1(config_source={"uri": URL}), ("configSource", "")),
    ("vcs", v1(metadata={"vcs": {"source": URL}}), ("vcs", "")),
    ("material", v1(materials=[{"uri": URL}]), ("materials", "")),
    (
        "environment of a step",
        v1(internal=built(step(exec={"meta": {"env": ["PATH=/bin", "DB_PASSWORD=hunter2"]}}))),
        ("environment of a build step", "DB_PASSWORD"),
    ),
    (
        "command of a step",
        v1(internal=built(step(exec={"meta": {"args": ["/bin/sh", "-c", f"curl -H 'x: {TOKEN}' example.com"]}}))),
        ("command of a build step", ""),
    ),
    (
        "assignment in a command",
        v1(internal=built(step(exec={"meta": {"args": ["sh", "-c", "API_KEY='abcdef123456' make"]}}))),
        ("command of a build step", "API_KEY"),
    ),
    (
        "proxy of a step",
        v1(internal=built(step(exec={"meta": {"proxyEnv": {"httpProxy": URL}}}))),
        ("proxy of a build step", ""),
    ),
    (
        "file written inline",
        v1(
            internal=built(
                step(file={"actions": [{"Action": {"mkfile": {"data": base64(f"//r/:_authToken={TOKEN}\n")}}}]})
            )
        ),
        ("file written by a build step", ""),
    ),
    (
        "source of a step",
        v1(internal=built(step(source={"identifier": "git://x", "attrs": {"git.fullurl": URL}}))),
        ("source of a build step", ""),
    ),
    (
        "default in the Dockerfile",
        v1(
            metadata={
                "source": {
                    "infos": [{"filename": "Dockerfile", "data": base64("FROM x\nARG A=1 \\\n  TOKEN=abc123def456\n")}]
                }
            }
        ),
        ("Dockerfile text", "TOKEN"),
    ),
    (
        "old ENV in the Dockerfile",
        v1(metadata=dockerfile("FROM x\nENV DB_PASSWORD hunter2\n")),
        ("Dockerfile text", "DB_PASSWORD"),
    ),
    (
        "inline token in the Dockerfile",
        v1(metadata=dockerfile(f"FROM x\nRUN curl -u x:{TOKEN} y\n")),
        ("Dockerfile text", ""),
    ),
    ("CI context", v1(internal={"DEPLOY_TOKEN": "abc123def456"}), ("CI context", "DEPLOY_TOKEN")),
    (
        "CI event",
        v1(internal={"github_event_payload": {"head_commit": {"message": f"oops {TOKEN}"}}}),
        ("CI event payload", ""),
    ),
    (
        "CI event as a text",
        v1(internal={"github_event_payload": f"oops {TOKEN}"}),
        ("CI event payload", ""),
    ),
    (
        "input of the CI event",
        v1(internal={"github_event_payload": {"inputs": {"password": "hunter2"}}}),
        ("CI event payload", "password"),
    ),
]


@pytest.mark.parametrize(("predicate", "expected"), [place[1:] for place in PLACES], ids=[place[0] for place in PLACES])
def test_every_place(predicate: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in leaks(predicate)


def test_v02_has_the_same_places() -> None:
    found = provenance_v02(
        v02(
            parameters={"args": {"build-arg:NPM_TOKEN": TOKEN}},
            environment={"github_event_payload": {"client_payload": {"secret": "abc123def456"}}},
            materials=[{"uri": URL}],
            buildConfig={"llbDefinition": [step(exec={"meta": {"env": [f"NPM_TOKEN={TOKEN}"]}})]},
        )
    )
    told = {(leak.place, leak.key) for exposed in found.exposed if (leak := looks_secret(exposed))}
    assert told == {
        ("build argument", "NPM_TOKEN"),
        ("environment of a build step", "NPM_TOKEN"),
        ("CI event payload", "secret"),
        ("materials", ""),
    }


def test_foreign_provenance_is_read_from_end_to_end() -> None:
    assert ("provenance", "note") in leaks({"buildDefinition": {"buildType": "x", "other": [{"note": TOKEN}]}})


def test_secret_mounts_and_ids_are_no_leak() -> None:
    predicate = v1(
        request={"secrets": [{"id": "npmrc"}, {"id": "GIT_AUTH_TOKEN", "optional": True}], "ssh": [{"id": "default"}]},
        internal=built(step(exec={"meta": {"args": ["npm", "ci"]}, "secretenv": [{"ID": "token", "name": "TOKEN"}]})),
    )
    assert leaks(predicate) == set()
    assert provenance(predicate).secret_ids == ("npmrc",)


def test_build_args_are_named_and_their_values_are_not() -> None:
    found = provenance(
        v1(request={"args": {"build-arg:NPM_TOKEN": TOKEN, "build-arg:A": "1"}}, internal={"buildConfig": BUILT})
    )
    assert found.build_args == ("A", "NPM_TOKEN")
    assert TOKEN not in repr(found)


def test_one_text_in_many_steps_is_one() -> None:
    steps = [step(exec={"meta": {"env": ["A=1"]}}) for _ in range(50)]
    found = provenance(v1(internal=built(*steps))).exposed
    assert [exposed.place for exposed in found if exposed.key == "A"] == ["environment of a build step"]


def test_what_is_over_the_limits_is_told_and_not_passed_over() -> None:
    many = {"args": {f"build-arg:A{number}": str(number) for number in range(EXPOSED_MAX + 5)}}
    long = {"args": {f"build-arg:A{number}": "x" * 1_000_000 + str(number) for number in range(3)}}
    for request in (many, long):
        found = provenance(v1(request=request))
        assert "were searched" in found.unread[0]
    assert provenance(v1()).unread == ()


def test_equal_texts_without_end_are_not_looked_at_without_end() -> None:
    found = bounded(repeat(Exposed(RecordPlace.IMAGE_HISTORY, "password", "a")), where="the history")
    assert len(found.texts) == 1
    assert found.unread == (
        f"only the first {LOOKED_MAX} texts of the history were searched for secrets, equal ones included",
    )
