"""Completion for zsh.

https://zsh.sourceforge.io/Doc/Release/Completion-System.html
"""

from collections.abc import Iterator, Sequence

from bot.cli.shells.words import CommandWords, OptionWords


def script(commands: Sequence[CommandWords]) -> str:
    """For a file `_provenance` in a folder of $fpath, or to be sourced behind compinit."""
    described = " ".join(f"'{command.name}:{_text(command.about)}'" for command in commands)
    lines = [
        "#compdef provenance",
        "# completion of `provenance` for zsh",
        "_provenance() {",
        "  local context state line",
        "  local -a commands",
        f"  commands=({described})",
        "  if ((CURRENT == 2)); then",
        "    _describe command commands",
        "    return",
        "  fi",
        "  local command=$words[2]",
        "  shift words",
        "  ((CURRENT--))",
        "  case $command in",
        *(line for command in commands for line in _command(command)),
        "  esac",
        "}",
        'if [[ $funcstack[1] == _provenance ]]; then _provenance "$@"; else compdef _provenance provenance; fi',
    ]
    return "\n".join(lines) + "\n"


def _command(command: CommandWords) -> Iterator[str]:
    yield f"    {command.name})"
    yield "      _arguments -s \\"
    for option in command.options:
        for name in option.names:
            yield f"        '{_option(name, option)}' \\"
    if command.words:
        yield f"        '1:word:({' '.join(command.words)})' \\"
    yield "        '*:image or file:_files' ;;"


def _option(name: str, option: OptionWords) -> str:
    about = f"{name}[{_text(option.about)}]"
    if not option.takes_value:
        return about
    values = f"({' '.join(option.values)})" if option.values else "_files"
    return f"{about}:value:{values}"


def _text(about: str) -> str:
    """Colons and brackets mean something here."""
    return about.replace(":", " -").replace("(", "").replace(")", "")
