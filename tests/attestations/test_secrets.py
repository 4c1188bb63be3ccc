"""Which texts look like credentials. All of these are made up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.exposed_text import within
from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets import PATTERNS, WITHHELD, Leak, leaks_in, looks_secret, patterns_in, shown
from bot.attestations.secrets.shape import TokenPattern
from tests.attestations.token_vectors import HEX, TOKENS, made
from tests.growth import LINEAR_MAX, growth

A = "aB3" * 60
DIGITS = "0a1b2c3d" * 16
HERE = RecordPlace.STEP_COMMAND
TOKEN_SHAPES = [pattern for pattern in PATTERNS if "value" not in pattern.pattern.groupindex]

PLACES = {
    "authorization header": [
        "curl -H 'Authorization: Bearer " + A[:30] + "'",
        "HTTP_AUTHORIZATION=Bearer " + A[:30],
    ],
    "header of a request": [
        "curl -H 'X-Api-Key: " + A[:30] + "' y",
        "curl -H PRIVATE-TOKEN:" + DIGITS[:20],
        "apikey: " + A[:30],
    ],
    "login of a registry": ['{"auths":{"quay.io":{"auth":"dXNlcjpIdW50ZXIy"}}}'],
    "password on a command line": [
        "wget --user x --password hunter2hunter2 y",
        "curl -fsS -u admin:hunter2 https://x",
        "curl --user 'admin:hunter2' https://x",
        "docker login -u x -p hunter2",
        "sshpass -p hunter2 ssh x",
        "mysql -u root -phunter2 x",
    ],
    "token on a command line": [
        "curl -u " + made(16) + ": https://x",
        "helm push --token abc123def456",
        "x --api-key 'abc123def456'",
    ],
    "password in .netrc": ["machine x.org login me password hunter2"],
    "password in XML": ["<password>hunter2</password>"],
    "token of npm": [
        "npm config set //r.org/:_authToken abc123def456",
        "npm config set //r.org/:_password abc123def456",
    ],
    "token in a URL": [
        "https://" + made(40, HEX) + "@github.com/acme/app",
        "https://" + made(24) + "7:x-oauth-basic@github.com/acme/app.git",
    ],
    "login of Bundler": ["BUNDLE_GEMS__CONTRIBSYS__COM=" + made(8, HEX) + ":" + made(8, HEX)],
    "password in a URL": [
        "https://user:hunter2hunter2@example.com",
        "postgres://app:s3cr3t@db/x",
        "http://:pw12@proxy:3128",
    ],
}


EXAMPLES = (*TOKENS, *((kind, text) for kind, texts in PLACES.items() for text in texts))


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_known_by_its_shape_alone_and_within_a_text(kind: str, text: str) -> None:
    for value in (text, f"first\n x={text} \nlast"):
        leak = looks_secret(Exposed(HERE, "", value))
        assert leak is not None
        assert (leak.place, leak.kind) == (HERE, kind)
        assert 0 < leak.length <= len(text)


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_known_under_a_name_that_says_nothing(kind: str, text: str) -> None:
    leak = looks_secret(Exposed(RecordPlace.BUILD_ARGUMENT, "VALUE", text))
    assert leak is not None
    assert leak.kind == kind


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_asked_for_many_texts_at_once_it_is_the_same_leak(kind: str, text: str) -> None:
    exposed = Exposed(RecordPlace.BUILD_ARGUMENT, "X", text)
    assert list(leaks_in(exposed, patterns_in(["harmless", text, ""]))) == list(leaks_in(exposed))
    assert kind in {leak.kind for leak in leaks_in(exposed)}


def test_every_pattern_has_an_example() -> None:
    for pattern in PATTERNS:
        assert any(kind == pattern.kind and pattern.pattern.search(text) for kind, text in EXAMPLES), pattern


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: f"{pattern.kind} {pattern.literal}")
def test_a_leading_literal_finds_what_the_pattern_finds(pattern: TokenPattern) -> None:
    text = " ".join(text for _, text in EXAMPLES)
    assert [match.span() for match in pattern.matches(text)] == [m.span() for m in pattern.pattern.finditer(text)]


@pytest.mark.parametrize("sign", list("xX0"))
@pytest.mark.parametrize("pattern", TOKEN_SHAPES, ids=lambda pattern: pattern.kind)
def test_a_token_filled_with_x_is_a_placeholder(pattern: TokenPattern, sign: str) -> None:
    for kind, text in TOKENS:
        if kind == pattern.kind and (match := pattern.pattern.search(text)):
            blank = re.sub(r"[A-Za-z0-9]{12,}", lambda part: sign * len(part[0]), match[0])
            assert blank == match[0] or looks_secret(Exposed(HERE, "", blank)) is None, blank


def test_every_secret_of_a_text_is_told() -> None:
    text = f"ENV A=npm_{A[:36]}\nENV B=ghp_{A[:36]} DB_PASSWORD=hunter2\n"
    kinds = {leak.kind for exposed in within(RecordPlace.DOCKERFILE, text) for leak in leaks_in(exposed)}
    assert kinds == {"npm token", "GitHub token", "named like a password"}


@given(st.text(max_size=40), st.text(max_size=300))
def test_never_a_part_of_the_value_in_the_answer(key: str, value: str) -> None:
    secret = "npm_" + A[:36]
    leak = looks_secret(Exposed(HERE, key, value + " " + secret + " " + value))
    assert leak is not None
    assert secret not in repr(leak)
    assert leak.key == key


@given(st.text(max_size=40), st.sampled_from([text for _, text in EXAMPLES]))
def test_withheld_in_whatever_text(around: str, text: str) -> None:
    told = shown(f"{around} {text} {around}")
    assert WITHHELD in told
    assert looks_secret(Exposed(HERE, "", told)) is None


def test_what_is_no_secret_stays() -> None:
    text = "docker-image://alpine:3.20@sha256:" + "0" * 64 + " https://github.com/acme/app git@github.com:a/b"
    assert shown(text) == text


def test_a_random_value_counts_only_where_people_choose_it() -> None:
    value = "kq3x9v7t2mz8w4n6p1r5s0jd"
    for place in (RecordPlace.BUILD_ARGUMENT, RecordPlace.IMAGE_ENVIRONMENT, RecordPlace.STEP_ENVIRONMENT):
        assert looks_secret(Exposed(place, "VALUE", value)) == Leak(place, "VALUE", "random text", len(value))
    for place in (RecordPlace.LABEL, RecordPlace.CI_CONTEXT, RecordPlace.PROVENANCE):
        assert looks_secret(Exposed(place, "VALUE", value)) is None


def test_what_a_vendor_publishes_is_not_a_secret() -> None:
    azurite = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/" + "K1SZFPTOtr/KBHBeksoGMGw=="
    assert looks_secret(Exposed(HERE, "", f"AccountKey={azurite}")) is None
    assert looks_secret(Exposed(HERE, "", f"AccountKey={made(86)}==")) is not None


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: f"{pattern.kind} {pattern.literal}")
def test_no_pattern_takes_more_time_than_the_text_is_long(pattern: TokenPattern) -> None:
    """Texts that begin a match again and again, and fail late: twice the text takes about twice the time."""
    heads = {text[:size] for kind, text in EXAMPLES if kind == pattern.kind for size in (6, 20, len(text) - 1)}
    for head in (*heads, "a", "1", "A", "-", "+", "/", ".", " ", "a:", "x@", pattern.literal, "eyJ", "://a"):

        def search(size: int, head: str = head) -> int:
            text = (head * (size // len(head) + 1))[:size]
            return sum(1 for _ in pattern.matches(text + "\x00"))

        assert growth(search, 100_000) < LINEAR_MAX, head


@pytest.mark.parametrize(
    "part",
    [
        "a:",
        "x://",
        "{{",
        "-----BEGIN ",
        "curl ",
        "a=",
        "a = ",
        "TOKEN=\\",
        "<token>",
        ' key="a"',
        "ENV a ",
        "token: ",
        "A1",
    ],
)
def test_a_hostile_text_takes_no_more_time_than_it_is_long(part: str) -> None:
    def look(size: int) -> None:
        text = part * (size // len(part))
        for exposed in (*within(HERE, text), Exposed(RecordPlace.BUILD_ARGUMENT, "TOKEN", text)):
            looks_secret(exposed)

    assert growth(look, 200_000) < LINEAR_MAX
