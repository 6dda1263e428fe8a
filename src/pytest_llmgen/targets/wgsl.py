"""Target `wgsl`: a WebAssembly module that carries WGSL as data and dispatches it to the GPU.

The module passes pointer and byte length of its shader, and models miscount that length. It is
judged strictly, and told apart. `--llm-shader-length` chooses what is done about it:

- `strict`: nothing, as in the seed of this suite; a wrong length fails the sample at run time.
- `check`: the build compares constant arguments of `gpu_dispatch` with the data segments, so that a
  wrong length is a build error, which the model is shown.
- `host`: the host finds the end of the text itself, and the length that was passed is ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_llmgen.errors import BuildFailed
from pytest_llmgen.sandbox.profile import GPU
from pytest_llmgen.targets.wasm_binary import constant_call_arguments
from pytest_llmgen.targets.wasm_module import GpuMode, WasmModule, length_message
from pytest_llmgen.targets.wat import MEMORY_RULES, Wat, check_exports, decoded_or_refused

if TYPE_CHECKING:
    from pytest_llmgen.challenge import Challenge
    from pytest_llmgen.targets.target import BuildSettings
    from pytest_llmgen.targets.wasm_binary import WasmBinary

START_S = 60.0
"""Longest time for the first use of a graphics adapter."""

RULES = """\
Write one complete WebAssembly module in the text format (WAT), in a single fenced block that
starts with ```wat. The module carries a WGSL compute shader as text in a data segment and has the
GPU run it. Export every function under exactly the name and with exactly the type given in the
task. The work must be done by the shader: where the task asks for an array, let gpu_read write the
final values straight to the address that the caller passed.

The module may import these functions from "env", and no others; all parameters are i32:
- "gpu_alloc" (byte_length) -> i32: a new storage buffer filled with zeros; returns its handle.
- "gpu_write" (handle, buffer_offset, ptr, byte_length): memory to buffer.
- "gpu_read" (handle, buffer_offset, ptr, byte_length): buffer to memory; waits for the GPU.
- "gpu_dispatch" (shader_ptr, shader_byte_length, handles_ptr, buffer_count, groups_x, groups_y,
  groups_z): runs the shader. handles_ptr is the address of buffer_count handles, i32 each; the i-th
  is bound to @group(0) @binding(i) as var<storage, read> or var<storage, read_write>. The entry
  point is named `main`. The shader must use every binding that is passed. Dispatches run in order.
{length_rule}
Byte lengths and buffer offsets are multiples of 4; a byte length of 0 is allowed everywhere, and a
buffer of 0 bytes is bound as 4 bytes of zeros. At most 65535 workgroups in each dimension, 0 is
allowed. There are no uniform buffers: pass sizes in storage buffers or use arrayLength. Variables
in workgroup memory do not start as zeros: assign before you read. No invocation of a shader may
run more than 50000 loop iterations.

Example: a function that adds 1 to one u32 in memory.
```wat
(module
  (import "env" "gpu_alloc" (func $alloc (param i32) (result i32)))
  (import "env" "gpu_write" (func $write (param i32 i32 i32 i32)))
  (import "env" "gpu_read" (func $read (param i32 i32 i32 i32)))
  (import "env" "gpu_dispatch" (func $dispatch (param i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 256)
    "@group(0) @binding(0) var<storage, read_write> x: array<u32>;\\n"
    "@compute @workgroup_size(1) fn main() {{ x[0] = x[0] + 1u; }}")
  (func (export "increment") (param $ptr i32)
    (i32.store (i32.const 0) (call $alloc (i32.const 4)))
    (call $write (i32.load (i32.const 0)) (i32.const 0) (local.get $ptr) (i32.const 4))
    (call $dispatch (i32.const 256) (i32.const 121) (i32.const 0) (i32.const 1)
      (i32.const 1) (i32.const 1) (i32.const 1))
    (call $read (i32.load (i32.const 0)) (i32.const 0) (local.get $ptr) (i32.const 4))))
```"""

_LENGTH_RULES = {
    "strict": "  shader_byte_length is the exact number of bytes of the WGSL text.",
    "host": "  shader_byte_length is ignored: the text ends with its data segment, or at a NUL.",
}

_IMPORTS = {
    "gpu_alloc": (("i32",), ("i32",)),
    "gpu_write": (("i32",) * 4, ()),
    "gpu_read": (("i32",) * 4, ()),
    "gpu_dispatch": (("i32",) * 7, ()),
}


class Wgsl(Wat):
    """Builds WebAssembly text whose module may use the GPU."""

    name = "wgsl"
    profile = GPU

    def __init__(self) -> None:
        """Prepare a worker process; it starts with the first build."""
        super().__init__()
        self._adapter: dict[str, Any] | None = None

    def rules(self, challenge: Challenge, settings: BuildSettings) -> str:
        """What every prompt for this target says after the task."""
        length_rule = _LENGTH_RULES["host" if settings.shader_length == "host" else "strict"]
        rules = RULES.format(length_rule=length_rule)
        return f"{rules}\n{MEMORY_RULES}" if challenge.memory else rules

    def unavailable(self) -> str | None:
        """Why there is no graphics adapter here, if there is none."""
        if self._adapter is None:
            self._adapter, _ = self._worker.request({"op": "gpu"}, timeout_s=START_S)
        reason: str | None = self._adapter.get("reason")
        return reason

    def build(self, source: str, challenge: Challenge, settings: BuildSettings) -> WasmModule:
        """Assemble, validate, check imports and exports, and the shader's length if asked to.

        Raises:
            BuildFailed: With the assembler's, the validator's or the shader compiler's words.
        """
        binary = self.assemble(source, challenge)
        decoded = decoded_or_refused(binary)
        _check_imports(decoded)
        check_exports(decoded, challenge)
        if settings.shader_length == "check":
            self._check_shaders(binary, decoded, challenge)
        mode = GpuMode(shader_length=settings.shader_length)
        return WasmModule(self._worker, binary, challenge.limits, gpu=mode)

    def _check_shaders(self, binary: bytes, decoded: WasmBinary, challenge: Challenge) -> None:
        """Check the text that each dispatch with a constant pointer and length will pass."""
        for call in constant_call_arguments(binary, "gpu_dispatch"):
            ptr, length = call.arguments[:2]
            if ptr is None or length is None:
                continue
            for segment in decoded.data:
                start = segment.memory_offset
                if start is not None and start <= ptr < start + len(segment.data):
                    self._check_shader(segment.data[ptr - start :], length, challenge)

    def _check_shader(self, text: bytes, length: int, challenge: Challenge) -> None:
        whole = text.partition(b"\0")[0]
        error = self._shader_error(text[:length], challenge)
        if error is None and length <= len(text):
            return
        if self._shader_error(whole, challenge) is None:
            raise BuildFailed(length_message(length, len(whole)))
        raise BuildFailed(f"the shader passed to gpu_dispatch is not valid: {error}")

    def _shader_error(self, text: bytes, challenge: Challenge) -> str | None:
        answer, _ = self._worker.request(
            {"op": "shader"}, text, timeout_s=START_S + challenge.limits.wall_s
        )
        error: str | None = answer["error"]
        return error


def _check_imports(binary: WasmBinary) -> None:
    for wanted in binary.imports:
        place = f'"{wanted.module}" "{wanted.name}"'
        if wanted.module != "env" or wanted.name not in _IMPORTS:
            raise BuildFailed(
                f'the module imports {place}; it may import from "env" only {", ".join(_IMPORTS)}'
            )
        if wanted.signature is None or (
            (wanted.signature.params, wanted.signature.results) != _IMPORTS[wanted.name]
        ):
            params, results = _IMPORTS[wanted.name]
            raise BuildFailed(
                f"the import {place} must be a function of type "
                f"({', '.join(params)}) -> ({', '.join(results)})"
            )
