"""Where a build's result goes, as --output and the action's `outputs` say it: type=image,name=…,push=true.

https://docs.docker.com/build/exporters/
"""

from collections.abc import Iterable

from msgspec import Struct

from bot.workflows.unresolved import known


class Output(Struct, frozen=True):
    """`push`, `load`: None when an unresolved part decides. `archived`: as docker's archive, without attestations.

    `apart`: pushed by digest in several outputs. An attestation names the images of its output, so the digest that
    all of them share without attestations is another one in each with them.
    """

    push: bool | None = False
    load: bool | None = False
    names: tuple[str, ...] = ()
    archived: bool = False
    apart: bool = False


def read_outputs(outputs: Iterable[str]) -> Output:
    """All outputs of one build taken together."""
    push: bool | None = False
    load: bool | None = False
    names: list[str] = []
    archived = False
    by_digest = set[str]()
    for output in outputs:
        fields = dict(field.partition("=")[::2] for field in output.strip().split(","))
        if not known(fields.get("type", output)):
            push, load = push or None, load or None
            continue
        load = load or fields.get("type") == "docker"
        archived |= fields.get("type") == "docker" and "dest" in fields
        if fields.get("type") == "registry" or fields.get("push") == "true":
            push = True
        elif not known(fields.get("push", "")):
            push = push or None
        by_digest |= {fields.get("name", "")} if fields.get("push-by-digest") == "true" else set()
        names += [fields["name"]] if fields.get("type") in {"image", "registry"} and "name" in fields else []
    return Output(push, load, tuple(names), archived, len(by_digest) > 1)
