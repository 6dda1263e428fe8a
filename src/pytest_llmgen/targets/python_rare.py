"""Loads what submissions may import and seldom do, for children that could not do it themselves.

It takes four megabytes, which would make every fork slower. Where a child can read the files, it
imports on its own what it needs of this.
"""

import importlib

for _name in ("char", "ctypeslib", "ma", "polynomial", "rec", "strings", "testing"):
    importlib.import_module(f"numpy.{_name}")
for _name in ("encodings.idna", "encodings.punycode", "html.entities", "html.parser"):
    importlib.import_module(_name)
