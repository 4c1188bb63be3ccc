"""Which texts look like credentials. All of these are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.provenance import Exposed
from bot.attestations.secrets import Leak, looks_secret
from bot.attestations.token_patterns import TOKEN_PATTERNS

A = "aB3" * 60
HEX = "0a1b2c3d" * 16

EXAMPLES = {
    "GitHub token": ["ghp_" + A[:36], "github_pat_" + A[:22] + "_" + A[:59], "ghs_" + A[:36]],
    "GitLab token": ["glpat-" + A[:20]],
    "npm token": ["npm_" + A[:36]],
    "PyPI token": ["pypi-AgEIcHlwaS5vcmc" + A[:60]],
    "RubyGems key": ["rubygems_" + HEX[:48]],
    "Docker Hub token": ["dckr_pat_" + A[:27]],
    "AWS access key": ["AKIA" + "ABCDEFGH23456723", "ASIA" + "ABCDEFGH23456723"],
    "Google API key": ["AIza" + A[:35]],
    "Google OAuth secret": ["GOCSPX-" + A[:28]],
    "Google access token": ["ya29." + A[:40]],
    "Azure storage key": ["AccountName=x;AccountKey=" + (A * 2)[:86] + "=="],
    "Slack token": ["xoxb-" + "1234567890-abcdef"],
    "Slack app token": ["xapp-1-A012345-" + A[:30]],
    "Slack webhook": ["https://hooks.slack.com/services/T0123456/B0123456/" + A[:24]],
    "Stripe key": ["sk_live_" + A[:24]],
    "SendGrid key": ["SG." + A[:22] + "." + A[:43]],
    "OpenAI key": ["sk-proj-" + A[:20] + "T3BlbkFJ" + A[:20]],
    "Anthropic key": ["sk-ant-" + A[:90]],
    "Hugging Face token": ["hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH"],
    "DigitalOcean token": ["dop_v1_" + HEX[:64]],
    "Vault token": ["hvs." + A[:90]],
    "age key": ["AGE-SECRET-KEY-1" + "QPZRY9X8GF" * 6],
    "JSON web token": ["eyJ" + A[:30] + ".eyJ" + A[:40] + "." + A[:43]],
    "presigned URL": ["https://x/?X-Amz-Signature=" + HEX[:64]],
    "private key": [
        "-----BEGIN RSA PRIVATE KEY-----\n" + A[:64] + "\n",
        "-----BEGIN PRIVATE KEY-----\\n" + A[:64] + "\\n-----END PRIVATE KEY-----",
    ],
    "authorization header": ["curl -H 'Authorization: Bearer " + A[:30] + "'"],
    "password in a URL": [
        "https://user:hunter2hunter2@example.com",
        "postgres://app:s3cr3t@db/x",
        "http://:pw12@proxy:3128",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in EXAMPLES.items() for text in texts])
def test_known_by_its_shape_alone_and_within_a_text(kind: str, text: str) -> None:
    for value in (text, f"first\n x={text} \nlast"):
        leak = looks_secret(Exposed("here", "", value))
        assert leak is not None
        assert (leak.place, leak.kind) == ("here", kind)
        assert 0 < leak.length <= len(text)


def test_every_kind_has_an_example() -> None:
    assert {pattern.kind for pattern in TOKEN_PATTERNS} == EXAMPLES.keys()


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("NPM_TOKEN", "abc123def456", "token"),
        ("npm-token", "abc123def456", "token"),
        ("npmToken", "abc123def456", "token"),
        ("//registry/:_authToken", "abc123def456", "auth"),
        ("DB_PASSWORD", "hunter2", "password"),
        ("db.passwd", "hunter2", "password"),
        ("APIKEY", "abc123def456", "apikey"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz", "key"),
        ("MY_API_KEY", "abc123def456", "key"),
        ("CLIENT_SECRET", "pa$sword1", "secret"),
        ("JWT_SIGNING_KEY", "abc123def456", "key"),
        ("GIT_CREDENTIALS", "abc123def456", "credentials"),
    ],
)
def test_known_by_its_name(key: str, value: str, word: str) -> None:
    assert looks_secret(Exposed("here", key, value)) == Leak("here", key, f"named like a {word}", len(value))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NPM_TOKEN", ""),
        ("NPM_TOKEN", "   "),
        ("NPM_TOKEN", "$NPM_TOKEN"),
        ("NPM_TOKEN", "${NPM_TOKEN:-}"),
        ("NPM_TOKEN", "$(cat /run/secrets/npm)"),
        ("NPM_TOKEN", "***"),
        ("NPM_TOKEN", "<your token>"),
        ("NPM_TOKEN", "{{ npm_token }}"),
        ("NPM_TOKEN", "xxxxxxxxxxxx"),
        ("NPM_TOKEN_FILE", "/run/secrets/npm-token"),
        ("NPM_TOKEN", "/run/secrets/npm-token"),
        ("NPM_TOKEN", "file:/run/secrets/npm-token"),
        ("TOKEN", "vault:secret/data/app"),
        ("TOKEN_URL", "https://auth.example.com/token"),
        ("AUTH_URL", "https://auth.example.com/token"),
        ("SECRET_NAME", "my-application-secret"),
        ("PASSWORD_MIN_LENGTH", "12345678"),
        ("PASSWORD_REQUIRED", "yes-of-course"),
        ("PASSWORD", "true"),
        ("PASSWORD", "password"),
        ("PASSWORD", "changeme"),
        ("PASSWORD_VERSION", "1.2.3-rc.1"),
        ("SECRET", "1.2.3-rc.1"),
        ("TOKEN", "12345"),
        ("TOKEN", "2026-11-22T18:49:28Z"),
        ("TOKEN", "sha256:" + "0" * 64),
        ("AUTH", "kubernetes"),
        ("AUTHOR", "Somebody Somewhere"),
        ("AUTHORS", "Somebody Somewhere"),
        ("GPG_KEY", "E3FF2839C048B25C084DEBE9B26995E310250568"),
        ("SIGNING_KEY", "E3FF2839C048B25C084DEBE9B26995E310250568"),
        ("PUBLIC_KEY", "abc123def456abc123def456"),
        ("TOKENIZERS_PARALLELISM", "false-or-true"),
        ("MONKEY", "abc123def456"),
        ("COMPASS_DIR", "somewhere-else"),
        ("PATH", "/usr/local/sbin:/usr/local/bin"),
        ("APP_VERSION", "abc123def456"),
        ("", "grep -q 'BEGIN PRIVATE KEY' key.pem"),
        ("", "docker-image://alpine:3.20@sha256:" + "0" * 64),
        ("", "docker-image://127.0.0.1:5000/a/b:1@sha256:" + "0" * 64),
        ("", "https://${USER}:${PASSWORD}@example.com"),
        ("", "https://%s:%s@example.com"),
        ("", "https://user:xxxxx@example.com/redacted-by-buildkit"),
        ("", "git@github.com:acme/app.git"),
        ("", "Authorization: Bearer $TOKEN"),
        ("", "ssh://git@github.com/acme/app"),
        ("", "http://localhost:8080/a@b"),
    ],
)
def test_harmless(key: str, value: str) -> None:
    assert looks_secret(Exposed("here", key, value)) is None


@given(st.text(max_size=40), st.text(max_size=300))
def test_never_a_part_of_the_value_in_the_answer(key: str, value: str) -> None:
    secret = "npm_" + A[:36]
    leak = looks_secret(Exposed("here", key, value + " " + secret + " " + value))
    assert leak is not None
    assert secret not in repr(leak)
    assert leak.key == key


def test_a_hostile_text_takes_no_time_to_speak_of() -> None:
    for text in ("a:" * 200_000, "https://" + ":" * 200_000, "x://" * 50_000, "{{" * 100_000, "-----BEGIN " * 50_000):
        looks_secret(Exposed("here", "", text))
        looks_secret(Exposed("here", "TOKEN", text))
