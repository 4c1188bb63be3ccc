"""The inputs that actions have, to tell a misspelt one. True as of the date in `versions.py`."""

from difflib import get_close_matches

from bot.values import replace
from bot.workflows.nodes import Mapping, Node, Scalar
from bot.workflows.versions import BAKE, BUILD_PUSH, COSIGN_INSTALLER, METADATA

INPUTS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        BUILD_PUSH: """
            add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent
            context file github-token labels load network no-cache no-cache-filters outputs platforms provenance pull
            push sbom secret-envs secret-files secrets shm-size ssh tags target ulimit
        """,
        BAKE: """
            allow builder call files github-token load no-cache provenance pull push sbom set source targets workdir
        """,
        METADATA: """
            annotations bake-target context flavor github-token images labels sep-annotations sep-labels sep-tags tags
        """,
        COSIGN_INSTALLER: "cosign-release install-dir use-sudo",
    }.items()
}
"""By action, in lower case: GitHub does not look at the case."""

MATTER: frozenset[str] = frozenset(
    [
        "annotations",
        "attests",
        "builder",
        "cosign-release",
        "images",
        "labels",
        "outputs",
        "platforms",
        "provenance",
        "push",
        "sbom",
        "tags",
    ]
)
"""Those that decide what the image says about itself."""

_ALIKE = 0.8


def meant(action: str, name: str) -> str:
    """The input that a misspelt name was meant for; "" when it is right, or like none that matters."""
    known = INPUTS.get(action)
    if known is None or name.lower() in known:
        return ""
    return next(iter(get_close_matches(name.lower(), sorted(known & MATTER), 1, _ALIKE)), "")


def as_meant(action: str, inputs: Mapping) -> Mapping:
    """The inputs with misspelt names put right, where the right one does not stand beside: what was meant is judged."""

    def right(key: Node) -> Node:
        name = meant(action, key.value) if isinstance(key, Scalar) else ""
        return key._replace(value=name) if isinstance(key, Scalar) and name and inputs.entry(name) is None else key

    if action not in INPUTS:
        return inputs
    pairs = tuple((right(key), value) for key, value in inputs.pairs)
    return inputs if pairs == inputs.pairs else replace(inputs, pairs=pairs)
