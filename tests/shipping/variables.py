"""The environment variables that the program reads."""

from bot.settings import Settings


def known_variables() -> set[str]:
    """Their names in capitals."""
    found: set[str] = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        found |= set(map(str, getattr(alias, "choices", [alias or f"PROVENANCE_{name}"])))
    return {name.upper() for name in found}
