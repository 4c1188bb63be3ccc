"""Whether an image keeps what a build argument holds."""

import pytest

from bot.workflows.kept_args import keeps_argument


@pytest.mark.parametrize(
    ("text", "stage", "kept"),
    [
        ("FROM a\nARG TOKEN\nRUN make\n", "", True),
        ("FROM a\nARG TOKEN=x OTHER\nENV T=$TOKEN\n", "", True),
        ("FROM a\narg A \\\n  TOKEN\nlabel t=${TOKEN}\n", "", True),
        ('FROM a\nARG TOKEN\nCMD ["a"]\n', "", False),
        ("FROM a\nRUN make\nARG TOKEN\n", "", False),
        ("FROM a\n# ARG TOKEN\nRUN make\n", "", False),
        ("ARG TOKEN\nFROM a\nRUN make\n", "", False),
        ("FROM a\nARG TOKEN_FILE\nRUN make\n", "", False),
        ("FROM a AS build\nARG TOKEN\nRUN make\nFROM b\nCOPY --from=build /a /a\nRUN ls\n", "", False),
        ("FROM a AS build\nARG TOKEN\nRUN make\nFROM build\nCMD a\n", "", True),
        ("FROM a AS build\nARG TOKEN\nRUN make\nFROM b\n", "build", True),
        ("FROM a\nRUN make\n", "", False),
        ("", "", False),
    ],
)
def test_keeps_argument(text: str, stage: str, kept: bool) -> None:  # noqa: FBT001 - a table
    assert keeps_argument(text, stage, "TOKEN") is kept
