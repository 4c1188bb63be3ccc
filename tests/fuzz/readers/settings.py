"""Settings: any value of any variable."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.settings_examples import EXAMPLES
from bot.settings_source import in_words, misspelt, variables_of
from tests.fuzz.reader import Reader

VARIABLES = sorted(name for field, info in Settings.model_fields.items() for name in variables_of(field, info))


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(name, value)
        yield


def _setting(data: bytes) -> None:
    """The first two bytes choose the variable."""
    name = VARIABLES[int.from_bytes(data[:2], "big") % len(VARIABLES)]
    value = data[2:].replace(b"\0", b"0").decode(errors="surrogateescape")
    with _environment(name, value):
        try:
            read = Settings()
        except ValidationError as error:
            in_words(error)
        else:
            read.registry_options()
            read.github_options()
            read.root_options()
    list(misspelt([value], Settings.model_fields))


def _seeds() -> Iterator[bytes]:
    for field, example in EXAMPLES.items():
        for name in variables_of(field, Settings.model_fields[field]):
            yield VARIABLES.index(name).to_bytes(2, "big") + example.encode()
    yield (0).to_bytes(2, "big") + json.dumps({"a": ["b"]}).encode()


readers = (Reader("settings", _setting, _seeds),)
