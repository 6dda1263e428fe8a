"""Fixtures that several groups of tests share."""

import signal

import httpcore  # noqa: F401 - see below
import httpx  # noqa: F401 - else runs inside this process load one without the other
from support.llama_server import scripted_gguf, scripted_server

__all__ = ["scripted_gguf", "scripted_server"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So a shell starts what is to run in its background, and what we start would ignore Ctrl-C too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
