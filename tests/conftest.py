"""Fixtures that several groups of tests share."""

from support.llama_server import scripted_gguf, scripted_server

__all__ = ["scripted_gguf", "scripted_server"]
