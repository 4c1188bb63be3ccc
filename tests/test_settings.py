"""What an operator may set, and what is said of a variable that does not fit: its name, and never its value."""

import json
import os
import re
from typing import get_origin

import pytest
from yarl import URL

from bot.errors import SettingsError
from bot.settings import Settings
from bot.settings_examples import EXAMPLES
from bot.settings_source import from_environment, load, variables_of
from tests.conftest import ROOT

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
        ("PORT", "http", "PORT: is not a whole number; for example PORT=3000"),
        ("PORT", "99999", "PORT: must be less than or equal to 65535"),
        ("PROVENANCE_SETTLE", "-1", "PROVENANCE_SETTLE: must be greater"),
        ("PROVENANCE_SESSION_IDLE", "0", "PROVENANCE_SESSION_IDLE: must be greater than or equal to 60"),
        ("PROVENANCE_SESSION_MAX", "9999999", "PROVENANCE_SESSION_MAX: must be less than or equal to 604800"),
        ("PROVENANCE_WEBHOOKS_URL", "hooks.example", "PROVENANCE_WEBHOOKS_URL: expected an https://"),
        ("PROVENANCE_LOG_FORMAT", "xml", "PROVENANCE_LOG_FORMAT: must be 'json' or 'console'"),
        ("PROVENANCE_BASE_URL", "bot.example.org", "PROVENANCE_BASE_URL: expected an https://"),
        ("PROVENANCE_BASE_URL", f"https://u:{SECRET}@bot.example.org", "PROVENANCE_BASE_URL: expected an https"),
        ("PROVENANCE_SLACK_API_URL", "ftp://slack", "PROVENANCE_SLACK_API_URL: expected an https://"),
        ("PROVENANCE_WATCH", '["quay.io/acme/*"', "PROVENANCE_WATCH: is not JSON: Expecting ',' delimiter, at line 1"),
        ("PROVENANCE_WATCH", '"quay.io/acme/*"', "PROVENANCE_WATCH: is written as a list"),
        ("PROVENANCE_WATCH", "quay.io/a/*, https://quay.io/b/*", "PROVENANCE_WATCH[1]: 'https://quay.io/b/*' does"),
        (
            "PROVENANCE_WATCH",
            '["https://quay.io/acme/*"]',
            "PROVENANCE_WATCH[0]: 'https://quay.io/acme/*' does not name a reg",
        ),
        ("PROVENANCE_WATCH", "[" * 100_000, "PROVENANCE_WATCH: is not JSON that can be read"),
        ("PROVENANCE_WEBHOOKS", "9" * 5000, "PROVENANCE_WEBHOOKS: is not JSON that can be read"),
        ("SLACK_BOT_TOKEN", f"xoxp-{SECRET}", "SLACK_BOT_TOKEN: a bot token begins with xoxb-"),
        ("PROVENANCE_PROXY", f"socks5://me:{SECRET}@proxy.corp:1080", "PROVENANCE_PROXY: names no proxy like http://"),
        ("PROVENANCE_PROXY", f"http://me:12/{SECRET}@proxy.corp:3128", "PROVENANCE_PROXY: names no proxy like http://"),
        ("PROVENANCE_NO_PROXY", "corp, https://a.corp", "PROVENANCE_NO_PROXY[1]: a host without a proxy is written"),
        ("PROVENANCE_MIRRORS", "[]", "PROVENANCE_MIRRORS: is written as a JSON object"),
        ("PROVENANCE_MIRRORS", '{"docker.io": "a.corp", "docker.io": "b.corp"}', "PROVENANCE_MIRRORS: 'docker.io' sta"),
        ("PROVENANCE_MIRRORS", '{"https://a.corp": "b.corp"}', "PROVENANCE_MIRRORS: 'https://a.corp' is neither"),
        ("PROVENANCE_REALMS", '{"a.corp": "b.corp"}', "PROVENANCE_REALMS: 'b.corp' is not a URL"),
        ("PROVENANCE_TAG_APIS", '{"https://a.corp": "quay"}', "PROVENANCE_TAG_APIS: 'https://a.corp' is not a host"),
        ("SLACK_CHANNEL", "#Releases", "SLACK_CHANNEL: '#Releases' is not a Slack channel"),
        ("PROVENANCE_SETTLE", "inf", "PROVENANCE_SETTLE: must be"),
        ("PROVENANCE_SETTLE_MAX", "1e18", "PROVENANCE_SETTLE_MAX: must be less than or equal to 86400"),
        ("PROVENANCE_POLL", "1e400", "PROVENANCE_POLL: must be"),
        ("PROVENANCE_PUSH_RATE", "inf", "PROVENANCE_PUSH_RATE: must be"),
        ("PROVENANCE_PUSH_BURST", "9" * 30, "PROVENANCE_PUSH_BURST: must be less than or equal to"),
        ("PROVENANCE_PUBLIC_ROOT", "never", "PROVENANCE_PUBLIC_ROOT: must be true or false"),
        ("PROVENANCE_BASE_URL", "https://bot.example.org/#top", "PROVENANCE_BASE_URL: expected an https"),
        ("PROVENANCE_BASE_URL", "https://bot.example.org:99999", "PROVENANCE_BASE_URL: expected an https"),
        ("PROVENANCE_BASE_URL", "https://bot.example.org/a b", "PROVENANCE_BASE_URL: expected an https"),
        ("PROVENANCE_TUF", "tuf.corp", "PROVENANCE_TUF: expected an https"),
        ("PROVENANCE_PRIVATE_HOSTS", "a.corp, https://b.corp", "PROVENANCE_PRIVATE_HOSTS[1]: a host is written like"),
        ("PROVENANCE_INSECURE_HOSTS", "http://127.0.0.1:5000", "PROVENANCE_INSECURE_HOSTS[0]: a host is written like"),
        ("PROVENANCE_GITHUB_BUNDLE_HOSTS", "https://a.corp", "PROVENANCE_GITHUB_BUNDLE_HOSTS[0]: a host is written"),
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
        (json.dumps(SOURCE), "PROVENANCE_WEBHOOKS: is written as a list"),
        (json.dumps([SECRET]), "PROVENANCE_WEBHOOKS[0]: is written as a JSON object"),
        (json.dumps([SOURCE | {"token": SECRET}]), "PROVENANCE_WEBHOOKS[0].token: is not known here"),
        (json.dumps([SOURCE | {"hosts": SECRET}]), "PROVENANCE_WEBHOOKS[0].hosts: is written as a list"),
        (json.dumps([SOURCE, {"id": "x"}]), "PROVENANCE_WEBHOOKS[1].kind: is missing; PROVENANCE_WEBHOOKS[1].hosts"),
        (json.dumps([SOURCE | {"id": "Quay!"}]), "PROVENANCE_WEBHOOKS[0].id: String should match"),
        (json.dumps([SOURCE | {"secret": 12345}]), "PROVENANCE_WEBHOOKS[0].secret: must be a valid string"),
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


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_in_the_docs(name: str) -> None:
    """Seen: the README names PROVENANCE_SETTLE, and no page said what else there is but the source."""
    told = " ".join(file.read_text() for file in (ROOT / "docs").glob("*.md"))
    named = set(re.findall(r"[A-Z][A-Z_]+", told))
    assert named & {one for one in variables_of(name, Settings.model_fields[name]) if one.isupper()}


def lists() -> list[str]:
    """The settings that are lists of names."""
    fields = Settings.model_fields.items()
    return [name for name, field in fields if get_origin(field.annotation) is tuple and name != "webhooks"]


@pytest.mark.parametrize("name", lists())
@pytest.mark.parametrize("written", ["{0},{1}", "{0} {1}", " {0} ,\n{1}, ", '["{0}", "{1}"]'])
def test_a_list_of_names_needs_no_json(monkeypatch: pytest.MonkeyPatch, name: str, written: str) -> None:
    words = LIST_WORDS.get(name, ("one.corp:5000", "two.corp"))
    monkeypatch.setenv(f"PROVENANCE_{name.upper()}", written.format(*words))
    assert [str(one) for one in getattr(load(), name)] == list(words)


LIST_WORDS = {"forwarded": ("10.0.0.0/8", "127.0.0.1/32"), "watch": ("quay.io/acme/*", "ghcr.io/acme/**")}
LIST_WORDS |= {"anonymous": ("badges", "feeds")}


@pytest.mark.parametrize("host", ["[::1]:5000", "[2001:db8::1]", "[::ffff:7f00:1]:443"])
def test_a_host_in_brackets_is_not_json(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("PROVENANCE_PRIVATE_HOSTS", f"{host}, registry.corp")
    assert load().private_hosts == (host, "registry.corp")


def test_a_comma_between_braces_belongs_to_the_glob(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_WATCH", "{quay.io,docker.io}/acme/*, ghcr.io/acme/{a,b}")
    assert load().watch == ("{quay.io,docker.io}/acme/*", "ghcr.io/acme/{a,b}")


@pytest.mark.parametrize("around", ["{}\n", " {}", "{}\r\n"])
def test_space_around_a_value_does_not_count(monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    """A secret that comes from a file often ends with its line: with that, no signature of Slack's was valid."""
    given = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-1", "PROVENANCE_BASE_URL": "https://bot.corp"}
    for name, value in given.items():
        monkeypatch.setenv(name, around.format(value))
    found = load()
    secret, token = found.slack_signing_secret, found.slack_bot_token
    assert secret is not None
    assert token is not None
    assert [secret.get_secret_value(), token.get_secret_value(), found.base_url] == list(given.values())


def test_a_text_may_be_empty_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_GITHUB_API", "")
    assert not load().github_api


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_WEBHOOKS", json.dumps([SOURCE]))
    for name in ("REDIS_URL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, f"xoxb-{SECRET}")
    assert SECRET not in repr(load()) + str(load())
    assert SECRET not in load().model_dump_json()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_variable_has_an_example_that_is_valid(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    variables = [one for one in named_variables() if one.removeprefix("PROVENANCE_").lower() == name]
    assert variables
    example = EXAMPLES[name].replace("…32 characters or more…", SECRET)
    monkeypatch.setenv(variables[0], example)
    load()


def test_what_is_told_is_validated_as_by_the_whole_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """`load` builds a validator of the fields that are told alone; all examples at once are every field."""
    assert load() == Settings()
    for name, value in EXAMPLES.items():
        monkeypatch.setenv(next(variables_of(name, Settings.model_fields[name])), value)
    found = load()
    whole = Settings.model_validate(from_environment(dict(os.environ), Settings.model_fields))  # noqa: TID251
    assert found == whole
    assert found.model_fields_set == whole.model_fields_set == EXAMPLES.keys()


def named_variables() -> list[str]:
    """As an error would name them."""
    fields = Settings.model_fields.items()
    return [variable for name, field in fields for variable in variables_of(name, field)]


@pytest.mark.parametrize(
    ("name", "value", "example"),
    [
        ("PROVENANCE_POLL", "x", "for example PROVENANCE_POLL=900"),
        ("PROVENANCE_WATCH", "x", "for example PROVENANCE_WATCH='quay.io/acme/*, ghcr.io/acme/*'"),
        ("PORT", "x", "for example PORT=3000"),
        ("SLACK_BOT_TOKEN", "x", "for example SLACK_BOT_TOKEN=xoxb-"),
    ],
)
def test_an_error_shows_an_example(monkeypatch: pytest.MonkeyPatch, name: str, value: str, example: str) -> None:
    assert example in refused(monkeypatch, name, value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PROVENANCE_WEBOOKS", "PROVENANCE_WEBHOOKS"),
        ("PROVENANCE_POLCIY", "PROVENANCE_POLICY"),
        ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"),
        ("REDIS_ULR", "REDIS_URL"),
        ("provenance_polciy", "PROVENANCE_POLICY"),
        ("PROVENANCE_REDIS_URL", "REDIS_URL"),
        ("PROVENANCE_SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("PROVENANCE_SLACK_CHANNEL", "SLACK_CHANNEL"),
        ("SLACK_CLIENT_SECRET", "PROVENANCE_SLACK_CLIENT_SECRET"),
        ("SLACK_API_URL", "PROVENANCE_SLACK_API_URL"),
    ],
)
def test_a_misspelt_variable_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, meant: str
) -> None:
    monkeypatch.setenv(name, SECRET)
    load()
    err = capsys.readouterr().err
    assert f"the variable {name} is not known and has no effect; did you mean {meant}?" in err
    assert SECRET not in err


def test_other_variables_are_nobody_s_business(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("PROVENANCE_POLL", "PORTS", "PROVENANCE_OF_SOMEBODY_ELSE", "SLACK_WEBHOOK"):
        monkeypatch.setenv(name, "900")
    load()
    assert not capsys.readouterr().err


@pytest.mark.parametrize(
    "entry", ["*", ".corp", "*.corp", "a-b.corp:5000", "10.0.0.0/8", "10.1.2.3", "[fd00::1]:443", "::1"]
)
def test_ways_to_write_a_host_without_a_proxy(monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    monkeypatch.setenv("PROVENANCE_NO_PROXY", entry)
    assert len(load().no_proxy) == 1


def test_the_proxy_reaches_every_part_that_dials_and_its_password_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_PROXY", f"http://me:{SECRET}@proxy.corp:3128")
    monkeypatch.setenv("PROVENANCE_NO_PROXY", "mirror.corp")
    monkeypatch.setenv("PROVENANCE_PRIVATE_HOSTS", "registry.corp:5000")
    settings = load()
    proxies = settings.proxies()
    assert proxies is not None
    for options in (settings.registry_options(), settings.github_options().dialling, settings.root_options()):
        assert options.proxies == proxies
        assert SECRET not in repr(options)
    assert SECRET not in f"{settings!r}{settings.model_dump()}{settings.github_options()!r}"
    found = {host: proxies.find(URL(f"https://{host}")) for host in ("quay.io", "mirror.corp", "registry.corp:5000")}
    assert [host for host, proxy in found.items() if proxy] == ["quay.io"]
