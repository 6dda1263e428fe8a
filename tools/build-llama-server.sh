#!/usr/bin/env bash
# Build llama.cpp's `llama-server` once, for the end-to-end tests, and print where it is.
#
# The sources come from the PyPI source package of llama-cpp-python, which carries llama.cpp.
# About seven minutes of one core; the 13 MB binary is cached outside the repository, so that only
# the first run pays. LLMGEN_LLAMA_SERVER, when set, names a server to use instead.
set -euo pipefail

VERSION=0.3.36
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/pytest-llmgen/llama-server-$VERSION"
PYTHON="${PYTHON:-python3}"

if [ -n "${LLMGEN_LLAMA_SERVER:-}" ]; then echo "$LLMGEN_LLAMA_SERVER"; exit 0; fi
if [ -x "$CACHE/llama-server" ]; then echo "$CACHE/llama-server"; exit 0; fi
for tool in cmake make g++; do
  command -v "$tool" >/dev/null || { echo "build-llama-server: '$tool' is missing; try: apt-get install cmake make g++" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
  "$PYTHON" -m pip download --quiet --no-deps --no-binary llama-cpp-python "llama-cpp-python==$VERSION" -d "$work"
  tar -xzf "$work"/llama_cpp_python-*.tar.gz -C "$work"
  source_dir=$(dirname "$(find "$work" -path '*/vendor/llama.cpp/CMakeLists.txt')")
  cmake -S "$source_dir" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
    -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF \
    -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF
  cmake --build "$work/build" --target llama-server -j "$(nproc)"
  mkdir -p "$CACHE"
  install -m 755 "$work/build/bin/llama-server" "$CACHE/llama-server.new"
  mv "$CACHE/llama-server.new" "$CACHE/llama-server"
} >&2
echo "$CACHE/llama-server"
