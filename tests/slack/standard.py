"""The five standard cases of a thread, judged by the real rules: what people see of them is measured and drawn."""

from collections.abc import Mapping
from typing import Final

from bot.attestations.provenance import Exposed, Mode, RecordPlace
from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.render.release.view import ImageView, ReleaseView
from bot.report import Report
from bot.slack.plan import plan
from bot.store.threads import Desired
from bot.values import replace
from tests.making import NOW, image, platform, provenance, reported

BASE: Final = "https://bot.example.org"
GROUP: Final = "microcks/microcks"
VERSION: Final = "1.16.0"
OWNERS: Final = ("release-eng",)


def _named(evidence: Evidence, name: str) -> Report:
    return reported(replace(evidence, image=Reference.parse(f"quay.io/microcks/{name}:{VERSION}")))


def _release(*reports: Report) -> ReleaseView:
    pushed = NOW.timestamp() - 600
    views = tuple(ImageView(one.image, report=one, pushed_at=pushed) for one in reports)
    return ReleaseView(f"{GROUP} {VERSION}", f"{GROUP} {VERSION}", views, aliases=("latest",), owners=OWNERS)


def _both(**changes: object) -> Evidence:
    return image(platform("linux/amd64", **changes), platform("linux/arm64", **changes))


TOKEN: Final = "npm_" + "a1B2" * 9


def cases() -> Mapping[str, ReleaseView]:
    """By name."""
    names = ("microcks", "microcks-uber", "microcks-async-minion", "microcks-cli")
    leaking = _both(provenance=provenance(exposed=(Exposed(RecordPlace.BUILD_ARGUMENT, "NPM_TOKEN", TOKEN),)))
    without_sbom = _both(sbom=None)
    return {
        "all-good": _release(*(_named(image(), name) for name in names)),
        "mode-min": _release(_named(_both(provenance=provenance(Mode.MIN)), "microcks")),
        "nothing-at-all": _release(
            *(_named(replace(_both(provenance=None, sbom=None, statements=()), signatures=()), name) for name in names)
        ),
        "secret": _release(_named(leaking, "microcks-operator")),
        "one-of-four": _release(_named(without_sbom, names[0]), *(_named(image(), name) for name in names[1:])),
    }


def thread(view: ReleaseView) -> tuple[Desired, ...]:
    """The parent and its replies, as they are first posted."""
    return plan(None, view, intent="01KAP4X2M8", forced=False, base_url=BASE)
