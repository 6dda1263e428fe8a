"""Fixtures that several groups of tests share."""

import httpcore  # noqa: F401 - see below
import httpx  # noqa: F401 - else runs inside this process load one without the other
from support.llama_server import scripted_gguf, scripted_server

__all__ = ["scripted_gguf", "scripted_server"]
