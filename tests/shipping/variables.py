"""The environment variables that the program reads."""

from collections.abc import Iterator

from pydantic.fields import FieldInfo

from bot.settings import Settings


def known_variables() -> set[str]:
    """Their names in capitals."""
    return {name for _, names in _variables() for name in names}


def secret_variables() -> set[str]:
    """Those whose values are secrets, or have secrets in them."""
    return {name for field, names in _variables() for name in names if _holds_a_secret(field)}


def _variables() -> Iterator[tuple[FieldInfo, set[str]]]:
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        yield field, {str(one).upper() for one in getattr(alias, "choices", [alias or f"PROVENANCE_{name}"])}


def _holds_a_secret(field: FieldInfo) -> bool:
    return any(word in f"{field.annotation} {field.metadata}" for word in ("SecretStr", "WebhookSource"))
