"""Which modules a Python submission may import: a rule of the task, not a guard.

The guard is the sandbox. A submission that wants `os` finds it in `sys.modules`, and it does not
help it; the rule keeps solutions to what the task is about, and says so in the prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = "solution.py"
"""What a submission is called in diagnostics."""

PYTHON_IMPORTS = (
    "numpy",
    *("abc", "array", "base64", "binascii", "bisect", "calendar", "cmath", "codecs"),
    *("collections", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal"),
    *("difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq", "html"),
    *("io", "itertools", "json", "math", "numbers", "operator", "pprint", "queue", "random"),
    *("re", "statistics", "string", "struct", "sys", "textwrap", "time", "types", "typing"),
    *("unicodedata", "warnings", "weakref", "zlib"),
)
"""What may be imported if a challenge does not say otherwise: NumPy and what only computes."""


def is_allowed(module: str, allowed: Iterable[str]) -> bool:
    """Whether a module, or a package that it is in, is among those allowed."""
    return module == "__future__" or any(
        module == name or module.startswith(f"{name}.") for name in allowed
    )
