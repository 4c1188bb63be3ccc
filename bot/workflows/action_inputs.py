"""The inputs that actions have, to tell a misspelt one. True as of the date in `versions.py`."""

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
