"""What a kind of child may use: time, memory, processes, files, programs and devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The limits of one kind of child. Every limit is enforced by the kernel or from outside."""

    name: str
    cpu_s: int
    """CPU seconds of one process; the parent's deadlines limit the wall clock."""
    memory_bytes: int
    """Of one process beyond what it starts with; where `processes` > 1, of the whole group too."""
    reserves: int | None = 0
    """Bytes of address space that may be reserved beyond `memory_bytes`; None: any number."""
    processes: int = 1
    """Processes and threads at once. With 1 there is not even a second thread."""
    file_bytes: int = 64 * MIB
    """Longest file that may be written."""
    scratch_bytes: int = 512 * MIB
    """Everything that may lie in the private directory."""
    open_files: int = 64
    log_bytes: int = 8 * MIB
    """Most bytes of standard output and error; 64 KiB of them are kept."""
    execute: bool = False
    """May start programs."""
    scratch: bool = False
    """Has a private writable directory, its working directory."""
    readable: tuple[str, ...] = ()
    """Further paths that it may read and, with `execute`, run."""
    devices: tuple[str, ...] = ()
    """Patterns of device files that it may use."""
    packages: tuple[str, ...] = ()
    """Python packages that are loaded before it is confined, and may be read afterwards."""

    @property
    def has_warden(self) -> bool:
        """Whether something may be left of it that must be looked for: processes or files."""
        return self.execute or self.scratch

    @staticmethod
    def from_json(data: dict[str, Any]) -> Profile:
        """From its fields, as JSON has them."""
        fields: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return Profile(**fields)


PYTHON = Profile(name="python", cpu_s=10, memory_bytes=GIB, packages=("numpy",))
"""A function of a Python module, with NumPy."""

NATIVE = Profile(name="native", cpu_s=10, memory_bytes=GIB)
"""A shared library, loaded into the child."""

COMPILER = Profile(
    name="compiler",
    cpu_s=60,
    memory_bytes=2 * GIB,
    processes=16,
    file_bytes=256 * MIB,
    open_files=256,
    execute=True,
    scratch=True,
)
"""A compiler or an assembler."""

PROGRAM = Profile(
    name="program",
    cpu_s=10,
    memory_bytes=GIB,
    reserves=None,
    processes=16,
    execute=True,
    scratch=True,
)
"""An executable, which may carry sanitizers: they reserve terabytes, so only use is limited."""

LAUNCHER = Profile(
    name="launcher",
    cpu_s=30,
    memory_bytes=2 * GIB,
    reserves=2 * GIB,
    processes=64,
    open_files=256,
    execute=True,
    scratch=True,
)
"""Several processes that speak with each other through shared memory: MPI."""

WASM = Profile(
    name="wasm",
    cpu_s=24 * 3600,
    memory_bytes=2 * GIB,
    reserves=64 * GIB,
    processes=64,
    open_files=256,
    packages=("wasmtime",),
)
"""The host of WebAssembly modules: it serves many samples, and wasmtime limits each of them."""

GPU = Profile(
    name="gpu",
    cpu_s=24 * 3600,
    memory_bytes=4 * GIB,
    reserves=256 * GIB,
    processes=256,
    open_files=1024,
    packages=("wasmtime", "wgpu", "wgpu.backends.auto", "pytest_llmgen.targets.gpu_host"),
    readable=("/etc/vulkan", "/sys/dev", "/sys/devices", "/sys/bus/pci", "/sys/class/drm"),
    devices=("/dev/dri", "/dev/nvidia*"),
)
"""The host of modules that use the graphics card."""

MLIR = Profile(
    name="mlir",
    cpu_s=24 * 3600,
    memory_bytes=2 * GIB,
    reserves=2 * GIB,
    packages=("torch_mlir", "pytest_llmgen.targets.mlir_torch"),
)
"""The parser, verifier and JIT of MLIR texts, and what they made: each call has its deadline."""
