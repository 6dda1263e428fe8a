#!/usr/bin/env bash
# Install the Debian packages that challenges and tests can use, where that is allowed; otherwise say
# what is missing and what will be skipped. Always succeeds: every one of them is optional.
#
#   bash tools/install-system-packages.sh [PACKAGE...]     more packages than the usual ones
set -u

missing=()
for package in bubblewrap g++ libseccomp2 mesa-vulkan-drivers libvulkan1 wabt "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  sudo=(sudo -n)
fi
install=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}")
if command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
  echo "installing: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq && "${install[@]}" >/dev/null && exit 0
fi

echo "missing: ${missing[*]}"
echo "  to get them: sudo apt-get install ${missing[*]}"
echo "  without libseccomp2 nothing that a model wrote is run; without bubblewrap it is guarded less well;"
echo "  without g++ the cpp challenges are skipped;"
echo "  without mesa-vulkan-drivers and libvulkan1 (or a GPU) the wgsl challenges are skipped;"
echo "  without wabt some diagnostics of WebAssembly text lack line and column"
