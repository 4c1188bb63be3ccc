"""Which values are credentials by their name, and which are harmless. All of these are made up."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.exposed_text import within
from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets import Leak, leaks_in, looks_secret
from bot.attestations.secrets.names import MAY_BE_SECRET, secret_word

A = "aB3" * 60
DIGITS = "0a1b2c3d" * 16
HERE = RecordPlace.STEP_COMMAND


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
        ("RAILS_MASTER_KEY", DIGITS[:32], "key"),
        ("APP_KEY", "base64:" + A[:43] + "=", "key"),
        ("HMAC_KEY", "abc123def456", "key"),
        ("NPM_TOKEN_INTERNAL", "abc123def456", "token"),
        ("CODECOV_TOKEN", "3f9a8b7c-6d5e-4f3a-2b1c-0a1b2c3d4e5f", "token"),
        ("SECRET", DIGITS[:40].upper(), "secret"),
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
    assert looks_secret(Exposed(HERE, key, value)) == Leak(HERE, key, f"named like a {word}", len(value))


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
        ("TEST_PASS", "all-of-them"),
        ("LICENSE_KEY", "Apache-2.0"),
        ("LICENSE_KEY", "GPL-3.0-or-later"),
        ("PASSWORD", "Docker!"),
        ("PASSWORD", "XXXXXXXXXX"),
        ("PASSWORD", "CHANGEME"),
        ("PASSWORD", "ChangeMe123"),
        ("TOKEN", "my-bot-token-12"),
        ("TOKEN", "MY_GITHUB_TOKEN_1"),
        ("API_KEY", "XXXXXXXX-XXXX-1234"),
        ("API_KEY", "<API KEY 1>"),
        ("API_KEY", "abcdefghijklmnop1234567890"),
        ("SECRET_KEY", "ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ=,type:str]"),
        ("CSRF_TOKEN", A[:40]),
        ("KEY_VAULT_TO_STORE_SECRETS", "cmp2-qat-1208358310"),
        ("DB_PASSWORD", "var.db_password"),
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
        ("", "sha256:" + DIGITS[:64]),
        ("", "docker login -u x --password-stdin"),
        ("", "docker run -u 1000:1000 --token $TOKEN x"),
        ("", "curl -fsSL https://x -o y && install -o root -g root x"),
        ("", "curl -u \"$USER:$PASS\" -H 'X-Api-Key: $KEY' x"),
        ("", "kubeadm join --token <token>"),
        ("", "adduser --disabled-password --gecos '' app"),
        ("", "cosign verify --key cosign.pub x"),
        ("", "curl -u <user:password> https://x"),
        ("", "curl -u 'test:test' https://x"),
        ("", "curl -H 'Authorization: Bearer XXXXXXXXXXXXXXXX' https://x"),
        ("", "https://00112233445566778899aabbccddeeff@o1.ingest.sentry.io/42"),
        ("", "https://00112233445566778899aabbccddeeff@errors.acme.org/42"),
        ("", "https://deploy-user-of-acme-2026@git.acme.org/app"),
        ("", "https://00000000-0000-0000-0000-000000000000@acme.azurecr.io"),
        ("", "AKIAIOSFODNN7EXAMPLE"),
        ("", "app.ico-" + DIGITS[:32] + ".png"),
        ("VALUE", "my-application-with-a-long-name-2026"),
        ("VALUE", "linux-amd64v2-debian12-python3-build7"),
        ("VALUE", "0123456789abcdef0123456789abcdef01234567"),
        ("VALUE", "b7c1f0d2-5d2c-4a51-9d0f-3c1b2a4d5e6f"),
        ("COMMIT", "kq3x9v7t2mz8w4n6p1r5s0jd"),
        ("KAFKA_CLUSTER_ID", "MkU3OEVBNTcwNTJENDM2Qk"),
        ("", "apt-key adv --recv-keys E3FF2839C048B25C084DEBE9B26995E310250568"),
    ],
)
def test_harmless(key: str, value: str) -> None:
    assert looks_secret(Exposed(HERE, key, value)) is None


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
    assert {leak.key for exposed in within(HERE, text) for leak in leaks_in(exposed)} == {key}


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
    assert not [leak for exposed in within(HERE, text) for leak in leaks_in(exposed)]


_PIECES: Final = (
    "password", "passwd", "passphrase", "access", "api", "private", "secret", "key", "keys", "credential", "token",
    "tokens", "pass", "pwd", "sshpass", "dbpass", "auth", "creds", "pat", "path", "url", "db", "x", "1", "_", "-", ".",
    "Y",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES).flatmap(lambda piece: st.sampled_from((piece, piece.upper(), piece.title())))))
def test_each_name_of_a_secret_has_a_part_that_is_looked_for_first(pieces: list[str]) -> None:
    name = "".join(pieces)
    if secret_word(name):
        assert MAY_BE_SECRET.search(f"{name}=x")
        assert MAY_BE_SECRET.search(f'"{name}": x')


def test_a_text_without_such_a_part_is_not_looked_through() -> None:
    assert MAY_BE_SECRET.search('RUN echo "PATH=$PATH:/opt/bin" >> /etc/profile') is None
