"""Image names: what is one, what is filled in, and what is none."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidReferenceError
from bot.oci.grammar import NameParts, Problem, take_apart
from bot.oci.reference import REFERENCE_MAX, Reference, full_name, is_digest, is_tag

DIGEST = "sha256:" + "0123456789abcdef" * 4
UPSTREAM_ERRORS = {
    "ErrNameEmpty": Problem.EMPTY,
    "ErrReferenceInvalidFormat": Problem.FORMAT,
    "ErrNameContainsUppercase": Problem.UPPERCASE,
    "ErrNameTooLong": Problem.TOO_LONG,
    "digest.ErrDigestInvalidLength": Problem.DIGEST_LENGTH,
    "digest.ErrDigestUnsupported": Problem.DIGEST_UNSUPPORTED,
}


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shared_data / "corpus" / "reference_cases.json").read_bytes())
    return loaded


def test_strict_names_are_taken_apart_as_upstream_does(cases: dict[str, Any]) -> None:
    for case in cases["parse"]:
        expected = (
            UPSTREAM_ERRORS[case["err"]]
            if "err" in case
            else (case.get("domain", ""), case["repository"], case.get("tag", ""), case.get("digest", ""))
        )
        parts = take_apart(case["input"])
        told = (parts.domain, parts.repository, parts.tag, parts.digest) if isinstance(parts, NameParts) else parts
        assert told == expected, case["input"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("alpine:", "'' is not a tag"),
        ("quay.io/a/b:1.0 beta", "'1.0 beta' is not a tag"),
        ("quay.io/a/b:" + "x" * 129, "at most 128"),
        ("a/b@sha256:123", "'sha256:123' after the @ is not a digest"),
        ("a/b@latest", "'latest' after the @ is not a digest"),
        ("a/b:1@", "'' after the @ is not a digest"),
        ("a//b", "does not have the form"),
        ("localhost:50 00/a", "does not have the form"),
    ],
)
def test_the_part_of_a_name_that_is_wrong_is_named(text: str, told: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        Reference.parse(text)
    assert told in str(caught.value)


def test_names_as_people_type_them_are_judged_as_upstream_does(cases: dict[str, Any]) -> None:
    for text in cases["valid_normalized"]:
        assert isinstance(full_name(text), NameParts), text
    for text in cases["invalid_normalized"]:
        with pytest.raises(InvalidReferenceError):
            Reference.parse(text)


def test_all_spellings_of_a_repository_are_the_same_repository(cases: dict[str, Any]) -> None:
    for case in cases["repository_info"]:
        for spelling in filter(None, (case["FamiliarName"], case["FullName"], case["AmbiguousName"])):
            reference = Reference.parse(spelling)
            # Of one word, only its upper case makes it a host: we write the port instead.
            is_word = case["Domain"] != case["Domain"].lower()
            registry = f"{case['Domain'].lower()}:443" if is_word else case["Domain"]
            assert reference.registry == registry
            assert reference.repository == case["RemoteName"]
            assert reference.name == case["FullName"].replace(case["Domain"], registry)
            assert reference.familiar == case["FamiliarName"].replace(case["Domain"], registry)


def test_names_and_digests_alone_are_told_apart(cases: dict[str, Any]) -> None:
    for case in cases["any_reference"]:
        assert str(full_name(case["Reference"])) == case["Equivalent"]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("redis", "docker.io/library/redis:latest"),
        ("team/app:2", "docker.io/team/app:2"),
        ("index.docker.io/redis:7", "docker.io/library/redis:7"),
        ("registry-1.docker.io/team/app:2", "docker.io/team/app:2"),
        ("localhost/app", "localhost/app:latest"),
        ("LAN/app:1", "lan:443/app:1"),
        ("[::1]:5000/app", "[::1]:5000/app:latest"),
        (f"quay.io/team/app:2@{DIGEST}", f"quay.io/team/app:2@{DIGEST}"),
        (f"quay.io/team/app@{DIGEST}", f"quay.io/team/app@{DIGEST}"),
        (f"quay.io/team/app@sha512:{'a' * 128}", f"quay.io/team/app@sha512:{'a' * 128}"),
        ("10.0.0.1:80", "docker.io/library/10.0.0.1:80"),
    ],
)
def test_what_is_not_written_is_filled_in(text: str, full: str) -> None:
    assert str(Reference.parse(text)) == full


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the name is empty"),
        ("quay.io/Team/app", "upper-case"),
        ("Team", "upper-case"),
        ("foo_bar.com/app", "form"),
        ("quay.io/a/../../etc/manifests/x", "form"),
        ("quay.io/a/%2e%2e/b", "form"),
        ("quay.io/team/app:1?x=y", "not a tag"),
        ("quay.io/team/app#1", "form"),
        ("quay.io//app", "form"),
        ("busybox\n", "form"),
        ("quay.io/team/app:1\n", "not a tag"),
        ("quay.io/team/app\x00", "form"),
        ("quay.io/team/аpp", "form"),  # noqa: RUF001 - Cyrillic on purpose
        ("quay.io/team/app:٣", "not a tag"),
        ("user:pass@quay.io/team/app", "form"),
        (f"quay.io/team/app@{DIGEST.upper()}", "unknown algorithm"),
        (f"quay.io/team/app@sha256:{'A' * 64}", "not a digest"),
        (f"quay.io/team/app@{DIGEST[:-1]}", "length"),
        (f"quay.io/team/app@md5:{'a' * 32}", "unknown algorithm"),
        ("quay.io/" + "a/" * 130 + "a", "255"),
        ("a" * (REFERENCE_MAX + 1), "512"),
        (DIGEST, "digest alone"),
        (DIGEST.removeprefix("sha256:"), "digest alone"),
    ],
)
def test_what_is_no_name_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidReferenceError, match=why):
        Reference.parse(text)


def test_at_and_tagged_keep_the_repository() -> None:
    reference = Reference.parse("quay.io/team/app:2")
    assert str(reference.at(DIGEST)) == f"quay.io/team/app:2@{DIGEST}"
    assert reference.at(DIGEST).target == DIGEST
    assert str(reference.at(DIGEST).tagged("3")) == "quay.io/team/app:3"


@given(st.text(max_size=600))
def test_garbage_is_an_invalid_name_and_nothing_worse(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except InvalidReferenceError:
        return
    assert Reference.parse(str(reference)) == reference


HOSTS = st.sampled_from(["docker.io", "quay.io", "localhost:5000", "[fc00::1]:5443", "xn--n3h.com"])
WORDS = st.text(alphabet="abz019", min_size=1, max_size=9)
SEPARATORS = st.sampled_from([".", "_", "__", "-", "---"])
COMPONENTS = st.builds(lambda first, between, second: first + between + second, WORDS, SEPARATORS, WORDS)
TAGS = st.text(alphabet="azAZ09_.-", min_size=1, max_size=128).filter(is_tag)


@given(HOSTS, st.lists(COMPONENTS, min_size=2, max_size=4), TAGS)
def test_what_the_grammar_allows_comes_back_as_it_was(host: str, path: list[str], tag: str) -> None:
    text = f"{host}/{'/'.join(path)}:{tag}"
    assert str(Reference.parse(text)) == text


@given(st.text(alphabet="sha256:0123456789abcdefABCDEF\n ", max_size=80))
def test_a_digest_is_lower_case_and_whole(text: str) -> None:
    assert not is_digest(text + "\n")
    assert is_digest(text) == (
        text.startswith("sha256:") and len(text) == 71 and set(text[7:]) <= set("0123456789abcdef")
    )
