"""The copy took one platform."""

from bot.oci.reference import Reference
from bot.values import replace
from tests.causes.showing import elsewhere, hides, of, shows

ID, RULE = "copied-one-platform", "provenance-missing"


async def test_skopeo_without_all_took_one_platform_of_a_known_index() -> None:
    copy = replace(await of("der-skopeo193-copy_classic"), image=Reference.parse("quay.io/demo/app:1"))
    source = replace(await of("max-v02_1p_classic"), image=Reference.parse("docker.io/demo/app:1"))
    shows(ID, "certain", "This is linux/amd64 of the index", "docker.io", evidence=copy, rule=RULE, sisters=[source])


async def test_the_same_manifest_without_a_known_source_looks_alike() -> None:
    hides(ID, evidence=await of("der-skopeo193-copy_classic"), rule=RULE)


async def test_an_index_elsewhere_that_does_not_hold_it_is_no_source() -> None:
    copy = replace(await of("der-skopeo193-copy_classic"), image=Reference.parse("quay.io/acme/app:1.2.3"))
    hides(ID, evidence=copy, rule=RULE, sisters=[elsewhere("docker.io")])


async def test_another_repository_is_no_source() -> None:
    copy = replace(await of("der-skopeo193-copy_classic"), image=Reference.parse("quay.io/demo/app:1"))
    other = replace(await of("max-v02_1p_classic"), image=Reference.parse("docker.io/demo/other:1"))
    hides(ID, evidence=copy, rule=RULE, sisters=[other])
