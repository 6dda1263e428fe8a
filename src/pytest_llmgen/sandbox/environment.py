"""What a child sees of our environment: what drivers need, and nothing secret."""

from __future__ import annotations

import os
import re

_PASSED_ON = ("LANG", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR")
_PASSED_ON_PREFIXES = ("VK_", "WGPU_", "LIBGL_", "MESA_", "GALLIUM_", "LP_", "EGL_", "__EGL_")
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)
"""`VK_` is Vulkan, and also the API of a social network."""

PATH = "/usr/local/bin:/usr/bin:/bin"
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def clean_environment() -> dict[str, str]:
    """The variables of a child."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or (name.startswith(_PASSED_ON_PREFIXES) and not _SECRET.search(name))
    }
    return {
        "LANG": "C.UTF-8",
        **ours,
        "PATH": PATH,
        "MESA_SHADER_CACHE_DISABLE": "true",
        **dict.fromkeys(_ONE_THREAD, "1"),
    }
