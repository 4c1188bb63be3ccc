"""Completion for bash.

https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.cli.shells.words import CommandWords

_HEAD: Final = """\
# completion of `provenance` for bash; source it, e.g. from ~/.bashrc
_provenance() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
"""

_TAIL: Final = """\
}
complete -o bashdefault -o default -F _provenance provenance
"""


def script(commands: Sequence[CommandWords]) -> str:
    """Words, options and their values; where none fits, bash completes files."""
    names = " ".join(command.name for command in commands)
    lines = [
        "  if ((COMP_CWORD == 1)); then",
        f"    {_reply(f'{names} --help --version')}",
        "    return",
        "  fi",
        "  case ${COMP_WORDS[1]} in",
        *(line for command in commands for line in _command(command)),
        "  esac",
    ]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def _command(command: CommandWords) -> Iterator[str]:
    yield f"    {command.name})"
    yield "      case $previous in"
    for option in command.options:
        if option.takes_value:
            reply = _reply(" ".join(option.values)) if option.values else ":"
            yield f"        {'|'.join(option.names)}) {reply}; return ;;"
    yield "      esac"
    names = " ".join(name for option in command.options for name in option.names)
    yield "      if [[ $current == -* ]]; then"
    yield f"        {_reply(names)}"
    if command.words:
        yield "      elif ((COMP_CWORD == 2)); then"
        yield f"        {_reply(' '.join(command.words))}"
    yield "      fi ;;"


def _reply(words: str) -> str:
    return f'COMPREPLY=($(compgen -W "{words}" -- "$current"))'
