import pytest

from tests.workflows.looking import found, places

RULE = "workflow-package-database-removed"


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /var/lib/rpm",
        "rm /var/lib/rpm/rpmdb.sqlite",
        "microdnf clean all && rm -f /tmp/x \\\n  /var/lib/rpm/rpmdb.sqlite",
        "rm -rf /var/lib/dpkg/*",
        "rm -rf /lib/apk/db/installed",
        'sh -c "rm -rf /lib/apk"',
    ],
)
def test_the_database_is_deleted(command: str) -> None:
    (one,) = found(RULE, f"FROM x\nRUN {command}\n", "Dockerfile")
    assert one.severity == "medium"


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\nRUN rm -rf /var/lib/apt/lists/* /var/cache/apk/*\n",
        "FROM x\n# rm -rf /var/lib/rpm\nRUN true\n",
        "FROM x AS builder\nRUN rm -rf /var/lib/rpm\nFROM y\nCOPY --from=builder /a /a\n",
        "FROM x\nRUN rm -rf /var/lib/dpkg/info/libc-bin.postinst && dpkg --configure -a\n",
        "FROM x\nRUN ls /var/lib/rpm\n",
    ],
)
def test_caches_comments_and_other_stages(text: str) -> None:
    assert not found(RULE, text, "Dockerfile")


def test_a_stage_under_the_last_one_and_other_names_of_the_file() -> None:
    text = "FROM x AS base\nRUN rm -rf /var/lib/rpm\nFROM base\n"
    for name in ("Dockerfile.ubi-minimal", "Containerfile", "docker/app.Dockerfile"):
        assert places(RULE, text, name) == [(2, "medium")]


def test_a_flood_costs_no_more_than_its_length() -> None:
    for flood in ("FROM a AS a\n", "rm -rf ", "rm x \\\n", "/var/lib/rpm ", "FROM "):
        found(RULE, flood * 20_000, "Dockerfile")
