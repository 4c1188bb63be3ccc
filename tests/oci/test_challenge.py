"""WWW-Authenticate as registries write it, and as nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.oci.auth.challenge import Challenge, choose, parse


@pytest.mark.parametrize(
    ("headers", "scheme", "realm", "service"),
    [
        (['Bearer realm="https://a/t",service="b",scope="x:y:pull,push"'], "bearer", "https://a/t", "b"),
        (['bearer REALM="https://a/t" , Service=b'], "bearer", "https://a/t", "b"),
        (['Basic realm="x"', 'Bearer realm="https://a/t",service="b"'], "bearer", "https://a/t", "b"),
        (['Basic realm="x", Bearer realm="https://a/t",service="b"'], "bearer", "https://a/t", "b"),
        (['Negotiate, Basic realm="Registry \\"one\\""'], "basic", 'Registry "one"', ""),
        (['Negotiate YII/+=, Bearer realm="https://a/t"'], "bearer", "https://a/t", ""),
        (["NTLM TlRMTVNTUAA==", "Basic"], "basic", "", ""),
        (["Basic"], "basic", "", ""),
        (['Bearer realm="https://first/t",realm="https://second/t"'], "bearer", "https://first/t", ""),
    ],
)  # fmt: skip
def test_the_challenge_to_answer(headers: list[str], scheme: str, realm: str, service: str) -> None:
    chosen = choose(headers)
    assert chosen is not None
    assert (chosen.scheme, chosen.realm, chosen.service) == (scheme, realm, service)


@pytest.mark.parametrize("headers", [[], [""], ["Negotiate"], ["Bearer"], ['Bearer realm=""'], [","], ['="x"']])
def test_there_is_nothing_to_answer(headers: list[str]) -> None:
    assert choose(headers) is None


@given(st.text(max_size=300) | st.text(alphabet='Bearer realm=",\\ \t', max_size=300))
def test_garbage_is_no_challenge_and_nothing_worse(header: str) -> None:
    assert all(isinstance(challenge, Challenge) for challenge in parse(header))


TOKENS = st.text(alphabet="abzAZ09-", min_size=1, max_size=8)
VALUES = st.text(alphabet='ab ,=:/"\\', max_size=20)


@given(TOKENS, st.dictionaries(TOKENS.map(str.lower), VALUES, max_size=4))
def test_quoted_values_come_back_as_they_were(scheme: str, parameters: dict[str, str]) -> None:
    def quoted(value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    header = f"{scheme} " + ",".join(f"{name}={quoted(value)}" for name, value in parameters.items())
    assert list(parse(header)) == [Challenge(scheme.lower(), parameters)]
