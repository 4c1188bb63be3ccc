"""Provenance in min mode, or without content, that looks like something else."""

from bot.attestations.statement import SLSA_V02, SLSA_V1
from tests.attestations.predicates import BUILDKIT_V02, BUILDKIT_V1, BUILT, statement, step, v02, v1
from tests.evidence.forging import Forger, Forgery, Json, Made

TRICKS: dict[str, Forgery] = {}


def _predicate(predicate: Json, kind: str = SLSA_V1) -> Forgery:
    def forgery(forger: Forger) -> Made:
        good = forger.good()
        layers = [forger.statement(statement(predicate, kind, about=good.digest), kind), forger.statements(good)[1]]
        return forger.index(good.on("linux", "amd64"), forger.attestation(good, layers=layers))

    return forgery


TRICKS |= {
    "min_of_another_builder": _predicate(v1(build_type="https://example.com/build")),
    "min_of_another_builder_v02": _predicate(v02(build_type="https://example.com/build"), SLSA_V02),
    "min_with_the_type_of_v02": _predicate(v1(build_type=BUILDKIT_V02)),
    "min_with_the_type_of_v1": _predicate(v02(build_type=BUILDKIT_V1), SLSA_V02),
    "min_with_a_blank_behind_the_type": _predicate(v1(build_type=f"{BUILDKIT_V1} ")),
    "min_with_the_type_in_another_case": _predicate(v1(build_type=BUILDKIT_V1.upper())),
    "min_without_a_type": _predicate(v1(build_type="")),
    "max_of_another_builder": _predicate(v1(build_type="https://example.com/build", internal={"buildConfig": BUILT})),
    "v02_said_to_be_v1": _predicate(v02(buildConfig=BUILT)),
    "v1_said_to_be_v02": _predicate(v1(internal={"buildConfig": BUILT}), SLSA_V02),
    "a_step_of_no_kind": _predicate(v1(internal={"buildConfig": {"llbDefinition": [step(x={"y": 1})]}})),
    "steps_without_content": _predicate(v1(internal={"buildConfig": {"llbDefinition": [step(exec={})]}})),
}
"""The built-in policy asks for max mode; one that asks for provenance alone has it in all of these."""
