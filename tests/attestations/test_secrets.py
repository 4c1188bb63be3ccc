"""Which texts look like credentials. All of these are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.exposed_text import within
from bot.attestations.provenance import Exposed
from bot.attestations.secrets import PATTERNS, WITHHELD, Leak, leaks_in, looks_secret, without_secrets

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
    "Sentry token": ["sntrys_" + A[:60]],
    "SonarQube token": ["sqp_" + HEX[:40]],
    "Grafana token": ["glsa_" + A[:41]],
    "Databricks token": ["dapi" + HEX[:32]],
    "Artifactory key": ["AKCp8" + A[:68]],
    "Atlassian token": ["ATATT3xFfGF0" + A[:80]],
    "NuGet key": ["oy2" + "abc4" * 10 + "def"],
    "Pulumi token": ["pul-" + HEX[:40]],
    "Shopify token": ["shpat_" + HEX[:32]],
    "Telegram token": ["1234567890:AA" + A[:33]],
    "presigned URL": ["https://x/?X-Amz-Signature=" + HEX[:64]],
    "private key": [
        "-----BEGIN RSA PRIVATE KEY-----\n" + A[:64] + "\n",
        "-----BEGIN PRIVATE KEY-----\\n" + A[:64] + "\\n-----END PRIVATE KEY-----",
    ],
    "authorization header": ["curl -H 'Authorization: Bearer " + A[:30] + "'"],
    "header of a request": ["curl -H 'X-Api-Key: " + A[:30] + "' y", "curl -H PRIVATE-TOKEN:" + HEX[:20]],
    "login of a registry": ['{"auths":{"quay.io":{"auth":"dXNlcjpIdW50ZXIy"}}}'],
    "password on a command line": [
        "wget --user x --password hunter2hunter2 y",
        "curl -fsS -u admin:hunter2 https://x",
        "curl --user 'admin:hunter2' https://x",
        "docker login -u x -p hunter2",
        "sshpass -p hunter2 ssh x",
        "mysql -u root -phunter2 x",
    ],
    "token on a command line": ["helm push --token abc123def456", "x --api-key 'abc123def456'"],
    "password in .netrc": ["machine x.org login me password hunter2"],
    "password in XML": ["<password>hunter2</password>"],
    "token of npm": ["npm config set //r.org/:_authToken abc123def456"],
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
    assert {pattern.kind for pattern in PATTERNS} == EXAMPLES.keys()


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("NPM_TOKEN", "abc123def456", "token"),
        ("npm-token", "abc123def456", "token"),
        ("npmToken", "abc123def456", "token"),
        ("//registry/:_authToken", "abc123def456", "token"),
        ("DB_PASSWORD", "hunter2", "password"),
        ("db.passwd", "hunter2", "password"),
        ("APIKEY", "abc123def456", "key"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz", "key"),
        ("MY_API_KEY", "abc123def456", "key"),
        ("CLIENT_SECRET", "pa$sword1", "secret"),
        ("JWT_SIGNING_KEY", "abc123def456", "key"),
        ("GITHUBTOKEN", "abc123def456", "token"),
        ("GH_PAT", "abc123def456", "token"),
        ("ClientSecret", "abc123def456", "secret"),
        ("SECRETKEY", "abc123def456", "key"),
        ("SECRET_KEY_BASE", "abc123def456", "key"),
        ("RAILS_MASTER_KEY", HEX[:32], "key"),
        ("APP_KEY", "base64:" + A[:43] + "=", "key"),
        ("HMAC_KEY", "abc123def456", "key"),
        ("NPM_TOKEN_INTERNAL", "abc123def456", "token"),
        ("CODECOV_TOKEN", "3f9a8b7c-6d5e-4f3a-2b1c-0a1b2c3d4e5f", "token"),
        ("SECRET", HEX[:40].upper(), "secret"),
        ("NPM_AUTH", "dXNlcjpIdW50ZXIy", "login"),
        ("DB_PASSWORD", "letmein", "password"),
        ("DB_PASSWORD", "123456", "password"),
        ("DB_PASS", "hunter2", "password"),
        ("DBPASSWORD", "correct horse battery staple", "password"),
        ("SSHPASS", "hunter2", "password"),
        ("GIT_CREDENTIALS", "abc123def456", "credential"),
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
        ("TOKENIZER_PATH", "/models/tokenizer"),
        ("TOKENIZER_MODEL", "bert-base-uncased-v2"),
        ("MAX_TOKENS", "1000000000"),
        ("TOKEN_LIMIT", "tokens-100000"),
        ("KEY", "abc123def456"),
        ("CACHE_KEY", "abc123def456"),
        ("KEYCLOAK_VERSION", "abc123def456"),
        ("PASSWORD_FILE", "relative-name1"),
        ("PASSWORD_HASHER", "django.contrib.auth.hashers.Argon2"),
        ("PASS_RATE", "95percent"),
        ("PASS_THROUGH", "everything1"),
        ("SSH_AUTH_SOCK", "agent.123456"),
        ("AUTH_SERVICE_IMAGE", "quay.io/acme/auth:1.2"),
        ("AUTHENTICATION", "kerberos-v5"),
        ("ALWAYS_AUTH", "true"),
        ("SECRET_BACKEND", "kubernetes-secrets"),
        ("SECRETS_PROVIDER", "aws-secretsmanager"),
        ("PUBLIC_KEY_TOKEN", "b03f5f7f11d50a3a"),
        ("PUBLISHABLE_KEY", "abc123def456"),
        ("ACCESS_KEY", "AKIAIOSFODNN7EXAMPLE"),
        ("ACCOUNT_KEY", "default-account"),
        ("API_KEY", "changeme"),
        ("API_KEY", "YOUR_API_KEY_HERE"),
        ("API_KEY", "insert-key-1-here"),
        ("SECRET_KEY", "change-me-in-production-1"),
        ("SECRET_KEY", "replace_me_2"),
        ("SECRET_KEY", "build-time-only"),
        ("SECRET_KEY_BASE", ""),
        ("SECRET_KEY_BASE", "dummy"),
        ("SECRET_KEY_BASE", "placeholder_for_build_1"),
        ("SECRET_KEY_BASE_DUMMY", "1"),
        ("NPM_TOKEN", "fake-token-1"),
        ("NPM_TOKEN", "not-needed-1"),
        ("TOKEN", "secrets.GITHUB_TOKEN"),
        ("TOKEN", "process.env.TOKEN"),
        ("TOKEN", "github_token"),
        ("TOKEN", "[MASKED]"),
        ("output_token", "NextToken"),
        ("output_token", "AccessIdentityList.NextMarker"),
        ("SECRET", "projects/acme/secrets/db/versions/1"),
        ("passwd", "files"),
        ("TOKEN", "**redacted**"),
        ("TOKEN", "[object Object]"),
        ("PRIVATE_KEY", "certs/server1.key"),
        ("KEYSTORE_PASSWORD", "changeit"),
        ("POSTGRES_PASSWORD", "postgres"),
        ("MYSQL_RANDOM_ROOT_PASSWORD", "yes"),
        ("com.acme.token.description", "Token service, version 2.1"),
        ("io.openshift.tags", "auth,token,secret1"),
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
        ("", "http://localhost:8080@x"),
        ("", "postgres://postgres:postgres@localhost:5432/app"),
        ("", "amqp://guest:guest@localhost"),
        ("", "mongodb://root:example@mongo:27017"),
        ("", "https://user:password@example.com"),
        ("", "https://a:b@example.com"),
        ("", "https://packages.acme.test/@babel/core/-/core-7.1.0.tgz"),
        ("", "org.apache.maven:maven-core:3.9.6"),
        ("", "pkg:npm/%40scope/x@1.0"),
        ("", "git+ssh://git@github.com:acme/app.git"),
        ("", "sha256:" + HEX[:64]),
        ("", "docker login -u x --password-stdin"),
        ("", "docker run -u 1000:1000 --token $TOKEN x"),
        ("", "curl -fsSL https://x -o y && install -o root -g root x"),
        ("", "curl -u \"$USER:$PASS\" -H 'X-Api-Key: $KEY' x"),
        ("", "kubeadm join --token <token>"),
        ("", "adduser --disabled-password --gecos '' app"),
        ("", "cosign verify --key cosign.pub x"),
        ("", "apt-key adv --recv-keys E3FF2839C048B25C084DEBE9B26995E310250568"),
    ],
)
def test_harmless(key: str, value: str) -> None:
    assert looks_secret(Exposed("here", key, value)) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD"),
        ("wget --password=hunter2 x", "password"),
        ("--password='hunter2 x'", "password"),
        ("java -Dapp.password=hunter2 x", "app.password"),
        ("docker build --build-arg TOKEN=abc123def456 .", "TOKEN"),
        ("export API_KEY='abc123def456'", "API_KEY"),
        ("echo '//npm.org/:_authToken=abc123def456' > .npmrc", "_authToken"),
        ('{"user": "x", "password": "hunter2"}', "password"),
        ('echo "{\\"apiKey\\":\\"abc123def456\\"}"', "apiKey"),
        ("db:\n  password: hunter2\n", "password"),
        ("- token: 'abc123def456'", "token"),
        ("ENV DB_PASSWORD hunter2", "DB_PASSWORD"),
        ("ARG A=1 \\\n    TOKEN=abc123def456\n", "TOKEN"),
    ],
)
def test_known_by_its_name_within_a_text(text: str, key: str) -> None:
    assert {leak.key for exposed in within("here", text) for leak in leaks_in(exposed)} == {key}


@pytest.mark.parametrize(
    "text",
    [
        "RUN --mount=type=secret,id=npm_token1,env=NPM_TOKEN1 npm ci",
        "echo //packages.acme.test/:_authToken=\\${NPM_TOKEN} > .npmrc",
        "sed -i 's/password=.*/password=/' x",
        '{"token": "string", "password": "string"}',
        '{"scripts": {"token": "node make-token.js"}}',
        "password: required\ntoken: ${TOKEN}\n",
        "ARG TOKEN\nENV TOKEN=$TOKEN PASSWORD=\n",
        "ENV NODE_OPTIONS --max-old-space-size=4096",
        "mysql --password=$PASSWORD",
        "useradd --password '!' --key UID_MIN=1000 x",
    ],
)
def test_harmless_within_a_text(text: str) -> None:
    assert not [leak for exposed in within("here", text) for leak in leaks_in(exposed)]


def test_every_secret_of_a_text_is_told() -> None:
    text = f"ENV A=npm_{A[:36]}\nENV B=ghp_{A[:36]} DB_PASSWORD=hunter2\n"
    kinds = {leak.kind for exposed in within("Dockerfile text", text) for leak in leaks_in(exposed)}
    assert kinds == {"npm token", "GitHub token", "named like a password"}


@given(st.text(max_size=40), st.text(max_size=300))
def test_never_a_part_of_the_value_in_the_answer(key: str, value: str) -> None:
    secret = "npm_" + A[:36]
    leak = looks_secret(Exposed("here", key, value + " " + secret + " " + value))
    assert leak is not None
    assert secret not in repr(leak)
    assert leak.key == key


@given(st.text(max_size=40), st.sampled_from([text for texts in EXAMPLES.values() for text in texts]))
def test_withheld_in_whatever_text(around: str, text: str) -> None:
    told = without_secrets(f"{around} {text} {around}")
    assert WITHHELD in told
    assert looks_secret(Exposed("here", "", told)) is None


def test_what_is_no_secret_stays() -> None:
    text = "docker-image://alpine:3.20@sha256:" + "0" * 64 + " https://github.com/acme/app git@github.com:a/b"
    assert without_secrets(text) == text


def test_a_hostile_text_takes_no_time_to_speak_of() -> None:
    for text in (
        "a:" * 200_000,
        "https://" + ":" * 200_000,
        "x://" * 50_000,
        "{{" * 100_000,
        "-----BEGIN " * 50_000,
        "curl " * 50_000,
    ):
        looks_secret(Exposed("here", "", text))
        looks_secret(Exposed("here", "TOKEN", text))
