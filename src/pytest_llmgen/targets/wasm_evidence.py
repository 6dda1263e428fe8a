"""Evidence that a right result came about as the task demands: by vectors, or on the GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_llmgen.errors import RuleBroken, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pytest_llmgen.targets.wasm_module import WasmArray, WasmModule


def require_vector_work(
    module: WasmModule, export: str, run: Callable[[WasmModule], Any], *, slack: int = 15
) -> None:
    """Demand that the result depends on vector instructions, all but a tail.

    The function is run as it is and with its vector instructions broken (see `wasm_lesion`). An
    element that comes out the same was not computed by them.

    Args:
        module: The submission.
        export: The function whose work is looked at.
        run: Runs the function on a fresh instance, always on the same input, and returns its result
            as an array or a number. Take many elements, and values that differ.
        slack: How many elements may be the same: a scalar tail.

    Raises:
        RuleBroken: If there are no vector instructions, or the result does not depend on them.
    """
    if not module.decoded.vector_instructions(export):
        raise RuleBroken(f"{export} computes without vector instructions (v128)")
    right = np.atleast_1d(np.asarray(run(module.undistorted())))
    broken = _result_or_none(run, module.lesioned(export))
    if broken is None:
        return
    same = _equal(right, broken)
    if same > min(slack, right.size - 1):
        raise RuleBroken(
            f"{export}: {same} of {right.size} elements do not depend on its vector instructions"
        )


def require_gpu_work(
    module: WasmModule, run: Callable[[WasmModule], WasmArray], *, slack: int = 0
) -> None:
    """Demand that the GPU was used, and that its result is what the caller got.

    Args:
        module: The submission.
        run: Places inputs on a fresh instance, calls the function, and returns the output array.
            Choose inputs whose right output has no zeros.
        slack: How many elements may be the same when the GPU does nothing.

    Raises:
        RuleBroken: If nothing was dispatched, the output is right without the GPU, or it is not
            what `gpu_read` wrote there.
    """
    instance = module.undistorted()
    output = run(instance)
    require_dispatch(instance)
    require_read_back(instance, output)
    idle = _result_or_none(lambda idle: run(idle).read(), module.with_idle_gpu())
    if idle is None:
        return
    same = _equal(output.read(), idle)
    if same > slack:
        raise RuleBroken(f"{same} of {idle.size} elements are computed without the GPU")


def require_gpu_value(module: WasmModule, run: Callable[[WasmModule], Any]) -> None:
    """Demand that a returned number depends on the GPU; `run` as in `require_vector_work`.

    Raises:
        RuleBroken: If nothing was dispatched, or the number is the same without the GPU.
    """
    instance = module.undistorted()
    value = np.atleast_1d(np.asarray(run(instance)))
    require_dispatch(instance)
    idle = _result_or_none(run, module.with_idle_gpu())
    if idle is not None and _equal(value, idle):
        raise RuleBroken("the result is computed without the GPU")


def require_dispatch(module: WasmModule) -> None:
    """Demand that an instance ran at least one workgroup.

    Raises:
        RuleBroken: If it did not.
    """
    if not any(x and y and z for x, y, z in module.gpu_trace.dispatches):
        raise RuleBroken("nothing was dispatched to the GPU")


def require_read_back(module: WasmModule, output: WasmArray) -> None:
    """Demand that every byte of an output is what `gpu_read` wrote there.

    Raises:
        RuleBroken: If some of it was written by other means.
    """
    covered = np.zeros(output.nbytes, bool)
    for ptr, size, stands in module.gpu_trace.reads:
        low, high = max(ptr - output.ptr, 0), max(ptr + size - output.ptr, 0)
        covered[low:high] = stands
    if not covered.all():
        missing = int((~covered).sum())
        raise RuleBroken(
            f"{missing} of {covered.size} bytes of the output were not written by gpu_read"
        )


def _result_or_none(run: Callable[[WasmModule], Any], module: WasmModule) -> NDArray[Any] | None:
    """The result, or None if the module cannot go on without what was taken from it."""
    try:
        return np.atleast_1d(np.asarray(run(module)))
    except SubmissionError:
        return None


def _equal(left: NDArray[Any], right: NDArray[Any]) -> int:
    """How many elements have the same bits."""
    if left.shape != right.shape:
        return 0
    a = np.ascontiguousarray(left).view(np.uint8).reshape(left.size, -1)
    b = np.ascontiguousarray(right).view(np.uint8).reshape(right.size, -1)
    return int((a == b).all(axis=1).sum())
