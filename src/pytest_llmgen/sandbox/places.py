"""Where Python, this package and temporary files lie, and who can go there."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_OURS = ("pytest_llmgen", "numpy", "landlockpy")
"""Packages that every zygote needs, wherever they lie."""


def standard_library() -> set[str]:
    """The folders of the standard library."""
    return {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}


def _package_folders() -> list[str]:
    return [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]


def import_path(runner_folders: Sequence[str]) -> list[str]:
    """Where the zygote imports from, and nothing else that is on our own path."""
    standard = standard_library()
    wanted = {*standard, *(f"{path}/lib-dynload" for path in standard), *_package_folders()}
    found = [path for path in sys.path if path in wanted]
    ours = {str(Path(folder_of(name)).parent) for name in _OURS} - set(found)
    return [*found, *sorted(ours), *runner_folders]


def python_folders() -> list[str]:
    """What must exist for that."""
    shared_library = sysconfig.get_config_var("Py_ENABLE_SHARED")
    folders = [folder_of(name) for name in _OURS]
    return [
        str(Path(sys.executable).resolve().parent),
        *([sysconfig.get_config_var("LIBDIR")] if shared_library else []),
        *standard_library(),
        *_package_folders(),
        *folders,
        *(f"{folder}.libs" for folder in folders),
    ]


def folder_of(package: str) -> str:
    """The folder of a package that is installed."""
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent)


def hidden() -> list[str]:
    """Challenges that come with this package: they hold references."""
    challenges = Path(folder_of("pytest_llmgen")).resolve() / "challenges"
    return [str(challenges)] if challenges.is_dir() else []


def scratch_root() -> str:
    """A fresh folder that every user may enter."""
    made = tempfile.mkdtemp(prefix="llmgen-", dir=reachable_folder())
    Path(made).chmod(0o711)  # a child enters its own folder in it, and cannot list the others
    return made


def reachable_folder() -> str:
    """A folder for temporary files that a child can reach when it is another user."""
    usual = tempfile.gettempdir()
    others = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - fresh folders with random names
    return next(
        (folder for folder in (usual, *others) if os.geteuid() != 0 or can_be_entered(folder)),
        usual,
    )


def python_is_readable() -> bool:
    """Whether a child that is another user can import what is not loaded yet."""
    return os.geteuid() != 0 or all(map(can_be_entered, [*standard_library(), *_package_folders()]))


def can_be_entered(folder: str) -> bool:
    """Whether every user can go there."""
    path = Path(folder).resolve()
    return path.is_dir() and all(p.stat().st_mode & 0o001 for p in (path, *path.parents))
