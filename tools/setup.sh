#!/usr/bin/env bash
# Make .venv in the checkout, with this package, its extras for GPUs, MLIR, pictures and prices, and what its development needs.
set -euo pipefail

PYTHON="${PYTHON:-python3}"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "setup: Python 3.11 or later is needed, and $PYTHON is $("$PYTHON" --version)" >&2
  exit 1
}
if ! "$PYTHON" -c 'import ensurepip' 2>/dev/null; then
  bash tools/install-system-packages.sh python3-venv
  "$PYTHON" -c 'import ensurepip' 2>/dev/null || {
    echo "setup: $PYTHON has no venv; install it with: sudo apt-get install python3-venv" >&2
    exit 1
  }
fi
bash tools/install-system-packages.sh
[ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[gpu,mlir,pictures,prices]' --group dev
touch .venv/.installed
