"""What an operator may set, and what is said of a variable that does not fit: its name, and never its value."""

import json

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load

SECRET = "s3cret-of-an-operator-" + "x" * 20
SOURCE = {"id": "quay", "kind": "quay", "secret": SECRET, "hosts": ["quay.io"]}


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "http", "PORT: Input should be a valid integer"),
        ("PORT", "99999", "PORT: Input should be less than or equal to 65535"),
        ("PROVENANCE_SETTLE", "-1", "PROVENANCE_SETTLE: Input should be greater"),
        ("PROVENANCE_LOG_FORMAT", "xml", "PROVENANCE_LOG_FORMAT: Input should be 'json' or 'console'"),
        ("PROVENANCE_BASE_URL", "bot.example.org", "PROVENANCE_BASE_URL: expected an https://"),
        ("PROVENANCE_BASE_URL", f"https://u:{SECRET}@bot.example.org", "PROVENANCE_BASE_URL: expected an https"),
        ("PROVENANCE_SLACK_API_URL", "ftp://slack", "PROVENANCE_SLACK_API_URL: expected an https://"),
        ("PROVENANCE_WATCH", "quay.io/acme/*", "PROVENANCE_WATCH: is not JSON: Expecting value, at line 1 column 1"),
        ("PROVENANCE_WATCH", '"quay.io/acme/*"', "PROVENANCE_WATCH: is written as a JSON list"),
        (
            "PROVENANCE_WATCH",
            '["https://quay.io/acme/*"]',
            "PROVENANCE_WATCH[0]: 'https://quay.io/acme/*' does not name a reg",
        ),
        ("PROVENANCE_WATCH", "[" * 100_000, "PROVENANCE_WATCH: is not JSON that can be read"),
        ("PROVENANCE_WATCH", "9" * 5000, "PROVENANCE_WATCH: is not JSON that can be read"),
        ("SLACK_BOT_TOKEN", f"xoxp-{SECRET}", "SLACK_BOT_TOKEN: a bot token begins with xoxb-"),
        ("PROVENANCE_MIRRORS", "[]", "PROVENANCE_MIRRORS: is written as a JSON object"),
    ],
)
def test_a_variable_that_does_not_fit_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    assert refused(monkeypatch, name, value).startswith(said)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (f'[{{"secret": "{SECRET}", bad', "PROVENANCE_WEBHOOKS: is not JSON: Expecting property name"),
        (json.dumps(SOURCE), "PROVENANCE_WEBHOOKS: is written as a JSON list"),
        (json.dumps([SECRET]), "PROVENANCE_WEBHOOKS[0]: is written as a JSON object"),
        (json.dumps([SOURCE | {"token": SECRET}]), "PROVENANCE_WEBHOOKS[0].token: is not known here"),
        (json.dumps([SOURCE | {"hosts": SECRET}]), "PROVENANCE_WEBHOOKS[0].hosts: is written as a JSON list"),
        (json.dumps([SOURCE, {"id": "x"}]), "PROVENANCE_WEBHOOKS[1].kind: is missing; PROVENANCE_WEBHOOKS[1].hosts"),
        (json.dumps([SOURCE | {"id": "Quay!"}]), "PROVENANCE_WEBHOOKS[0].id: String should match"),
        (json.dumps([SOURCE | {"secret": 12345}]), "PROVENANCE_WEBHOOKS[0].secret: Input should be a valid string"),
    ],
)
def test_a_source_that_does_not_fit_is_found_and_its_secret_is_not_told(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    assert refused(monkeypatch, "PROVENANCE_WEBHOOKS", value).startswith(said)


def test_a_variable_that_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """As compose files and hosts of such programs leave them."""
    for name in ("PORT", "REDIS_URL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CHANNEL", "PROVENANCE_DATA"):
        monkeypatch.setenv(name, "")
    for name in ("PROVENANCE_WATCH", "PROVENANCE_WEBHOOKS", "PROVENANCE_POLICY", "PROVENANCE_MIRRORS"):
        monkeypatch.setenv(name, "")
    assert load() == Settings()
    assert load().redis_url is None
    assert load().slack_bot_token is None


def test_a_text_may_be_empty_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    assert not load().github_api


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_WEBHOOKS", json.dumps([SOURCE]))
    for name in ("REDIS_URL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, f"xoxb-{SECRET}")
    assert SECRET not in repr(load()) + str(load())
    assert SECRET not in load().model_dump_json()
