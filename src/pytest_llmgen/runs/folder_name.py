"""Folder names for models, challenges and targets, whatever their names are."""

from __future__ import annotations

import hashlib
import os
import re

MAX_BYTES = 200
"""Longer names are cut and get a hash; file systems allow 255."""

_OTHER = re.compile(r"[^\w.@=-]")
_SHORT = {"/": "+", ":": "~"}
"""What names of models are full of. Archives and some file systems refuse a colon."""


def folder_name(text: str) -> str:
    """One folder's name: different texts give different names, and none leads elsewhere.

    A slash becomes a plus and a colon a tilde; what else is not a letter, a digit or one of `_.@=-`
    becomes `%` and the hexadecimal digits of its bytes.
    """
    if text in {"", ".", ".."}:
        return text.replace(".", "%2E") or "%"
    name = _OTHER.sub(_escaped, text)
    data = os.fsencode(name)
    if len(data) <= MAX_BYTES:
        return name
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{data[: MAX_BYTES - 18].decode(errors='ignore')}%-{digest}"


def _escaped(match: re.Match[str]) -> str:
    if match[0] in _SHORT:
        return _SHORT[match[0]]
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))
