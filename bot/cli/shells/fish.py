"""Completion for fish.

https://fishshell.com/docs/current/completions.html
"""

from collections.abc import Iterator, Sequence

from bot.cli.shells.words import CommandWords, OptionWords


def script(commands: Sequence[CommandWords]) -> str:
    """For ~/.config/fish/completions/provenance.fish; files are completed everywhere behind the command."""
    lines = ["# completion of `provenance` for fish"]
    for command in commands:
        lines.append(f"complete -c provenance -n __fish_use_subcommand -f -a {command.name} -d '{command.about}'")
        lines += _command(command)
    return "\n".join(lines) + "\n"


def _command(command: CommandWords) -> Iterator[str]:
    where = f"complete -c provenance -n '__fish_seen_subcommand_from {command.name}'"
    if command.words:
        yield f"{where} -a '{' '.join(command.words)}'"
    for option in command.options:
        yield f"{where}{_option(option)} -d '{option.about}'"


def _option(option: OptionWords) -> str:
    names = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in option.names)
    if not option.takes_value:
        return names
    return f"{names} -x -a '{' '.join(option.values)}'" if option.values else f"{names} -r"
