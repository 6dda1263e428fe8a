"""The target `mini` with results that a self-check can replace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.mini import Mini, Program

if TYPE_CHECKING:
    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.targets.distortion import Distortion
    from pytest_llmgen.targets.target import BuildSettings

REGISTRATION = """\
def pytest_llmgen_register_targets(registry):
    registry.add("mini", "support.distorting:Distorting")
"""


class DistortingProgram(Program):
    """A `Program` with the attribute `distortion`."""

    distortion: Distortion | None = None

    def call(self, x: int) -> Any:
        """The expression's value, or what stands for it."""
        value = super().call(x)
        return value if self.distortion is None else self.distortion.result(value, [x])


class Distorting(Mini):
    """Builds `DistortingProgram`s."""

    distorts = True

    def build(
        self, source: str, challenge: Challenge, settings: BuildSettings
    ) -> DistortingProgram:
        """See `Mini`."""
        super().build(source, challenge, settings)
        return DistortingProgram(source)
