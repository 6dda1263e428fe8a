"""A runner that runs the code it is sent: what a submission that took its process over can do."""

from __future__ import annotations

import os
import sys
import time
from typing import Any


def serve(channel: Any) -> None:
    """Answer each request with `result` of its code, or the exception's name."""
    names = {"os": os, "sys": sys, "time": time, "channel": channel}
    while True:
        header, blob = channel.receive()
        names |= {"result": None, "blob": blob, "header": header}
        try:
            exec(header.get("code", "result = header"), names)
        except Exception as error:
            names["result"] = f"{type(error).__name__}: {error}"
        channel.send({"result": names["result"]}, blob[::-1])
