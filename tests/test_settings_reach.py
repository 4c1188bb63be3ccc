"""A setting that is read and then goes nowhere is ignored: each of these reaches the part that it is for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.jobs.lanes import Lane, slots
from bot.login.options import LoginOptions
from bot.login.role import Role
from bot.settings import Exposure, Settings
from bot.slack.workspaces import OAuthOptions, oauth_options
from bot.store.workspaces.sealing import new_key
from tests.conftest import ROOT

LOGIN = {
    "pages": Exposure.LOGIN,
    "oidc_issuer": "https://login.corp",
    "oidc_client_id": "bot",
    "base_url": "https://bot.corp",
    "roles": {Role.SEE: ("*",)},
}
SECRET = SecretStr("s3cret")


def login(settings: Settings) -> LoginOptions:
    found = settings.login_options()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "value", "reached"),
    [
        ("private_hosts", ("a.corp",), lambda given: given.registry_options().private_hosts),
        ("insecure_hosts", ("a.corp",), lambda given: given.registry_options().insecure_hosts),
        ("realms", {"a.corp": "https://b.corp"}, lambda given: given.registry_options().realms),
        ("mirrors", {"a.corp": "b.corp"}, lambda given: given.registry_options().mirrors),
        ("tag_apis", {"a.corp": "quay"}, lambda given: given.registry_options().tag_apis),
        ("registry_auth", Path("config.json"), lambda given: given.registry_options().registry_auth),
        ("registry_concurrency", 3, lambda given: given.registry_options().concurrency),
        ("registry_concurrency_max", 5, lambda given: given.registry_options().concurrency_max),
        ("trusted_roots", (Path("root.json"),), lambda given: given.root_options().files),
        ("public_root", False, lambda given: given.root_options().public),
        ("tuf", "https://tuf.corp", lambda given: given.root_options().tuf),
        ("tuf_root", Path("root.json"), lambda given: given.root_options().tuf_root),
        ("tuf_cache", Path("cache"), lambda given: given.root_options().cache),
        ("github_api", "https://api.corp", lambda given: given.github_options().api),
        ("github_server", "https://git.corp", lambda given: given.github_options().server),
        ("github_token", SECRET, lambda given: given.github_options().token),
        ("github_bundle_hosts", ("store.corp",), lambda given: given.github_options().bundle_hosts),
        ("concurrency", 3, lambda given: slots(Lane.PUSHES, given)),
        ("asked_concurrency", 3, lambda given: slots(Lane.ASKED, given)),
        ("asked_concurrency", 3, lambda given: slots(Lane.ANSWERS, given)),
        ("posts_concurrency", 3, lambda given: slots(Lane.POSTS, given)),
    ],
)
def test_it_reaches_its_part(name: str, value: object, reached: Callable[[Settings], object]) -> None:
    assert reached(Settings()) != value
    assert reached(Settings.model_validate({name: value})) == value


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [
        ("oidc_issuer", "https://other.corp", "issuer"),
        ("oidc_client_id", "other", "client_id"),
        ("oidc_client_secret", SECRET, "client_secret"),
        ("oidc_scopes", ("openid", "groups"), "scopes"),
        ("oidc_groups_claim", "teams", "groups_claim"),
        ("oidc_hosts", ("keys.corp",), "hosts"),
        ("insecure_hosts", ("a.corp",), "insecure_hosts"),
        ("base_url", "https://other.corp", "base_url"),
        ("roles", {Role.ASK: ("team",)}, "roles"),
    ],
)
def test_it_reaches_the_login(name: str, value: object, option: str) -> None:
    assert getattr(login(Settings.model_validate(LOGIN)), option) != value
    assert getattr(login(Settings.model_validate(LOGIN | {name: value})), option) == value


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [
        ("slack_client_id", "3.4", "client_id"),
        ("slack_client_secret", SECRET, "client_secret"),
        ("slack_authorize_url", "https://slack.corp/authorize", "authorize_url"),
        ("slack_workspaces", ROOT / "deploy" / "policies", "folder"),
        ("base_url", "https://other.corp", "outside_url"),
        ("webhooks_url", "https://hooks.corp", "outside_url"),
    ],
)
def test_it_reaches_the_installation_in_several_workspaces(name: str, value: object, option: str) -> None:
    app: dict[str, object] = {"slack_client_id": "1.2", "slack_client_secret": "s", "slack_signing_secret": "s"}
    app |= {"slack_token_keys": new_key("k1"), "base_url": "https://bot.corp"}

    def options(**more: object) -> OAuthOptions:
        found = oauth_options(Settings.model_validate(app | more))
        assert found is not None
        return found

    wanted = value.get_secret_value() if isinstance(value, SecretStr) else value
    assert getattr(options(), option) != wanted
    assert getattr(options(**{name: value}), option) == wanted
