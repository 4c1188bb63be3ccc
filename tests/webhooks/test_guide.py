"""`provenance webhooks`: what it prints for each kind, and that it never shows a configured secret."""

import json
import re
from typing import Any

import pytest

from bot.__main__ import main
from bot.settings import Settings
from bot.settings_values import WebhookSource
from handlers.webhooks import RECEIVERS
from handlers.webhooks.guide import guides, table
from handlers.webhooks.sources import checked
from tests.conftest import ROOT
from tests.webhooks.conftest import KINDS, PUSH, SECRET, SOURCES, each_kind, source_of

BASE = "https://bot.example"


def test_the_document_has_the_table_of_senders() -> None:
    """Renew it with `provenance webhooks --markdown`."""
    document = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    found = re.search(r"<!-- webhooks:start -->\n+(.*?)\n*<!-- webhooks:end -->", document, re.DOTALL)
    assert found is not None
    assert found[1].strip() == table().strip()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Terminal":
    monkeypatch.setenv("PROVENANCE_BASE_URL", BASE)
    return Terminal(monkeypatch, capsys)


class Terminal:
    """The command, with the operator's settings."""

    def __init__(self, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.environment = environment
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = main(["webhooks", *words])
        out, err = self._capsys.readouterr()
        return code, out, err


def entry_in(out: str) -> dict[str, Any]:
    """What is to be put into the settings."""
    line = out.partition("Entry for PROVENANCE_WEBHOOKS:\n")[2].splitlines()[0]
    return dict(json.loads(line))


def options(kind: str) -> list[str]:
    source = PUSH[kind].source
    found = [word for host in source["hosts"] for word in ("--host", host)]
    found += ["--account", source["account"]] if "account" in source else []
    return found + [
        word for name, place in source.get("repositories", {}).items() for word in ("--repository", f"{name}={place}")
    ]


@each_kind
def test_a_new_source_is_complete_and_its_secret_is_in_all_places(terminal: Terminal, kind: str) -> None:
    code, out, _ = terminal("--new", kind, *options(kind))
    assert code == 0
    source = WebhookSource.model_validate(entry_in(out))
    assert checked([source], RECEIVERS)
    secret, steps = source.secret.get_secret_value(), out.partition("\n\n")[2]
    url = f"{BASE}/webhooks/{kind}" + (f"/{secret}" if RECEIVERS[kind].in_path else "")
    assert f"URL: {url}\n" in out
    assert url in steps
    if secret:
        assert len(secret) == 43
        assert secret in steps
    else:
        assert all(told in steps for told in (source.account, source.audience))


@each_kind
def test_two_new_sources_have_two_secrets(terminal: Terminal, kind: str) -> None:
    if "secret" in RECEIVERS[kind].needs:
        assert terminal("--new", kind, *options(kind)) != terminal("--new", kind, *options(kind))


def test_a_configured_secret_is_never_shown(terminal: Terminal) -> None:
    kinds = ("quay", "github", "nexus")
    sources = [{**PUSH[kind].source, "id": kind, "kind": kind, "secret": SECRET} for kind in kinds]
    terminal.environment.setenv("PROVENANCE_WEBHOOKS", json.dumps(sources))
    code, out, err = terminal()
    assert code == 0
    assert SECRET not in out + err
    assert f"{BASE}/webhooks/quay/SECRET" in out
    assert f"{BASE}/webhooks/github\n" in out
    assert "Entry for" not in out
    assert terminal("nexus")[1] in out


def test_for_all_kinds_at_once() -> None:
    shown = guides(Settings(webhooks=SOURCES, base_url=BASE))
    assert SECRET not in shown
    for kind in KINDS:
        assert f"{kind}: {RECEIVERS[kind].title}, for {PUSH[kind].source['hosts'][0]}" in shown


def test_where_the_pages_have_a_host_of_their_own_it_names_that_of_the_webhooks(terminal: Terminal) -> None:
    terminal.environment.setenv("PROVENANCE_WEBHOOKS_URL", "https://hooks.example")
    _, out, _ = terminal("--new", "artifact-registry", *options("artifact-registry"))
    assert entry_in(out)["audience"].startswith("https://hooks.example/webhooks/")
    assert "URL: https://hooks.example/webhooks/" in out
    assert BASE not in out


def test_a_source_without_a_secret_gets_one(terminal: Terminal) -> None:
    terminal.environment.setenv("PROVENANCE_WEBHOOKS", '[{"id": "hub", "kind": "dockerhub", "hosts": ["docker.io"]}]')
    _, out, _ = terminal("hub")
    entry = entry_in(out)
    assert f"{BASE}/webhooks/hub/{entry['secret']}" in out
    assert "not shown again" in out
    assert entry["secret"] not in terminal("hub")[1]


def test_a_source_that_lacks_something_else_is_told_what(terminal: Terminal) -> None:
    sources = [
        {"id": "nexus", "kind": "nexus", "hosts": ["nexus.corp:8082"], "secret": SECRET},
        {"id": "gar", "kind": "artifact-registry", "hosts": ["europe-docker.pkg.dev"]},
    ]
    terminal.environment.setenv("PROVENANCE_WEBHOOKS", json.dumps(sources))
    assert "The source needs repositories: where images of each repository are" in terminal("nexus")[1]
    _, out, _ = terminal("gar")
    assert "The source needs account: ACCOUNT" in out
    assert "The source needs audience: AUDIENCE" in out
    assert '--push-auth-service-account "ACCOUNT"' in out


def test_without_sources_it_lists_the_kinds(terminal: Terminal) -> None:
    _, out, _ = terminal()
    assert "--new KIND --host HOST" in out
    assert all(f"{kind} " in out for kind in KINDS)


def test_without_a_public_address_it_says_what_to_set() -> None:
    assert "PROVENANCE_BASE_URL" in guides(Settings(webhooks=(source_of("quay"),)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["kuay"], "no source in PROVENANCE_WEBHOOKS has the id 'kuay'"),
        (["--new", "kuay", "--host", "quay.io"], "did you mean 'quay'?"),
        (["--new", "quay"], "--new needs --host"),
        (["--new", "quay", "quay", "--host", "quay.io"], "no SOURCE"),
        (["--host", "quay.io"], "are for --new"),
        (["--new", "quay", "--host", "https://quay.io"], "is not a registry as it stands in image names"),
        (["--new", "quay", "--host", "quay.io", "--id", "Quay!"], "id: string should match"),
        (["--new", "quay", "--host", "quay.io", "--account", "a@b.example"], "does not use --account"),
        (["--new", "nexus", "--host", "nexus.corp:8082"], "needs --repository"),
        (["--new", "artifact-registry", "--host", "europe-docker.pkg.dev"], "needs --account"),
        (["--new", "nexus", "--host", "nexus.corp:8082", "--repository", "a=b.corp"], "is not one of its hosts"),
    ],
)
def test_wrong_usage_is_named(terminal: Terminal, words: list[str], said: str) -> None:
    code, out, err = terminal(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_an_id_is_not_given_twice(terminal: Terminal) -> None:
    terminal.environment.setenv("PROVENANCE_WEBHOOKS", '[{"id": "quay", "kind": "quay", "hosts": ["quay.io"]}]')
    assert "choose another with --id" in terminal("--new", "quay", "--host", "quay.io")[2]
    assert terminal("--new", "quay", "--host", "quay.io", "--id", "quay-2")[0] == 0
