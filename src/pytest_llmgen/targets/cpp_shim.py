"""The C++ around a submission: what stands before it, and the shim through which it is called.

The shim exports `llmgen_call`, which reads arguments from flat bytes, calls one function and leaves
its outputs as flat bytes; `cpp_values` says how they are laid out. It is one translation unit with
the submission, so that the compiler compares every function with its declaration.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_llmgen.targets.cpp_signature import Function, Interface, Struct

INCLUDES = (
    "algorithm",
    "array",
    "cassert",
    "climits",
    "cmath",
    "cstddef",
    "cstdint",
    "cstdlib",
    "cstring",
    "limits",
    "map",
    "numeric",
    "optional",
    "set",
    "stdexcept",
    "string",
    "unordered_map",
    "utility",
    "vector",
)
"""Headers of the standard library that a submission need not include."""

HEAD = """\
#pragma GCC system_header
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace llmgen_shim {

static const char* input;
static std::string output;

template <class T> struct Fields;
template <class T> struct is_vector : std::false_type {};
template <class E> struct is_vector<std::vector<E>> : std::true_type {};

inline std::uint64_t get_length() {
  std::uint64_t length;
  std::memcpy(&length, input, sizeof length);
  input += sizeof length;
  return length;
}

template <class T> void get(T& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    std::memcpy(&value, input, sizeof value);
    input += sizeof value;
  } else if constexpr (std::is_same_v<T, std::string>) {
    const auto length = get_length();
    value.assign(input, length);
    input += length;
  } else if constexpr (is_vector<T>::value) {
    using E = typename T::value_type;
    const auto length = get_length();
    value.resize(length);
    if constexpr (std::is_same_v<E, bool>) {
      for (std::uint64_t i = 0; i < length; ++i) value[i] = *input++ != 0;
    } else if constexpr (std::is_arithmetic_v<E>) {
      if (length) std::memcpy(value.data(), input, length * sizeof(E));
      input += length * sizeof(E);
    } else {
      for (auto& element : value) get(element);
    }
  } else {
    Fields<T>::visit(value, [](auto& field) { get(field); });
  }
}

inline void put_bytes(const void* data, std::size_t count) {
  output.append(static_cast<const char*>(data), count);
}

inline void put_length(std::uint64_t length) { put_bytes(&length, sizeof length); }

template <class T> void put(const T& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    put_bytes(&value, sizeof value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    put_length(value.size());
    put_bytes(value.data(), value.size());
  } else if constexpr (is_vector<T>::value) {
    using E = typename T::value_type;
    put_length(value.size());
    if constexpr (std::is_arithmetic_v<E> && !std::is_same_v<E, bool>) {
      put_bytes(value.data(), value.size() * sizeof(E));
    } else {
      for (const E& element : value) put(element);
    }
  } else {
    Fields<T>::visit(value, [](const auto& field) { put(field); });
  }
}

inline std::string readable(const std::type_info& type) {
  int status = 0;
  char* name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string text = status == 0 ? name : type.name();
  std::free(name);
  return text;
}

enum Outcome : int { returned, threw, no_memory };

inline Outcome call(void (*function)()) {
  try {
    try {
      output.clear();
      function();
      return returned;
    } catch (const std::bad_array_new_length&) {
      output = "std::bad_array_new_length";
    } catch (const std::bad_alloc&) {
      return no_memory;
    } catch (const std::exception& error) {
      output = readable(typeid(error)) + ": " + error.what();
    } catch (...) {
      output = "an object of type " + readable(*abi::__cxa_current_exception_type());
    }
    return threw;
  } catch (const std::bad_alloc&) {
    return no_memory;
  }
}

}  // namespace llmgen_shim
"""

MAIN = """\
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

extern "C" const char* __asan_default_options() { return "detect_leaks=0:handle_abort=1"; }
extern "C" int llmgen_call(unsigned, const char*, const char**, std::size_t*);

static void write(std::FILE* file, const void* data, std::size_t count) {
  if (count) std::fwrite(data, 1, count, file);
}

static void run() {
  std::ifstream in("rows", std::ios::binary);
  std::FILE* out = std::fopen("results", "wb");
  std::uint64_t function, length;
  while (in.read(reinterpret_cast<char*>(&function), sizeof function) &&
         in.read(reinterpret_cast<char*>(&length), sizeof length)) {
    std::vector<char> row(length);
    in.read(row.data(), static_cast<std::streamsize>(length));
    const char* data = nullptr;
    std::size_t size = 0;
    const int outcome = llmgen_call(static_cast<unsigned>(function), row.data(), &data, &size);
    const std::uint64_t head[] = {static_cast<std::uint64_t>(outcome), size};
    write(out, head, sizeof head);
    write(out, data, size);
    std::fflush(out);
  }
}

// AddressSanitizer learns the bounds of the first thread's stack from /proc/self/maps, which the
// sandbox does not let it read; those of other threads it knows.
int main() { std::thread(run).join(); }
"""


def prelude(interface: Interface, *, structs: bool = True) -> str:
    """What stands before a submission, as the model is shown it."""
    lines = [f"#include <{name}>" for name in INCLUDES]
    if structs and interface.structs:
        lines += ["", *(struct.definition for struct in interface.structs)]
    return "\n".join(lines) + "\n"


def files(interface: Interface, source: str, *, body: bool) -> dict[str, bytes]:
    """What the compiler is given: `submission.cpp` is complete, `shim.cpp` adds the shim.

    Args:
        interface: What the task declares.
        source: What the model wrote.
        body: Whether that is the body of the function, without its head.
    """
    start = prelude(interface, structs=not _defines_struct(source, interface.structs))
    lines = ['#include "shim.hpp"', start, "#pragma GCC poison main"]
    if body:
        lines += [f"{interface.functions[0].declaration} {{", '#include "source.cpp"']
        lines += [] if _closes_function(source) else ["}"]
    else:
        lines.append('#include "source.cpp"')
    texts = {
        "shim.hpp": HEAD,
        "source.cpp": source,
        "submission.cpp": "\n".join(lines) + "\n",
        "shim.cpp": _tail(interface),
    }
    return {name: text.encode("utf-8", "replace") for name, text in texts.items()}


# What the source has

_NO_CODE = re.compile(
    r'//[^\n]*|/\*.*?(?:\*/|\Z)|R"(?P<end>\w{0,16})\(.*?(?:\)(?P=end)"|\Z)'
    r"""|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])+'""",
    re.DOTALL,
)


def masked(source: str) -> str:
    """A source with blanks in the place of comments, strings and characters; as long as before."""
    return _NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)


def is_body(source: str, function: Function) -> bool:
    """Whether a source has no definition of the function, and so can only be its body."""
    text = masked(source)
    for found in re.finditer(rf"\b{function.name}\s*\(", text):
        end = _closing(text, found.end() - 1)
        if end is not None and re.match(r"\s*(?:noexcept\b[^{};]*|->[^{};]*)?\{", text[end:]):
            return False
    return True


def _closing(text: str, start: int) -> int | None:
    """The index past the round bracket that closes the one at `start`."""
    depth = 0
    for found in re.compile(r"[()]").finditer(text, start):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.end()
    return None


def _closes_function(body: str) -> bool:
    """Whether a body also has the brace that ends the function, which the prompt opened."""
    text = masked(body)
    return text.count("}") == text.count("{") + 1


def _defines_struct(source: str, structs: tuple[Struct, ...]) -> bool:
    names = "|".join(struct.name for struct in structs)
    return bool(names) and bool(re.search(rf"\bstruct\s+(?:{names})\s*\{{", masked(source)))


# The shim's end, which knows the task


def _tail(interface: Interface) -> str:
    parts = [_fields(struct) for struct in interface.structs]
    parts += [_caller(i, function) for i, function in enumerate(interface.functions)]
    table = ", ".join(f"llmgen_shim::call_{i}" for i in range(len(interface.functions)))
    parts.append(
        'extern "C" int llmgen_call(unsigned index, const char* data, const char** out, '
        "::std::size_t* size) {\n"
        f"  static void (*const functions[])() = {{{table}}};\n"
        "  llmgen_shim::input = data;\n"
        "  const int outcome = llmgen_shim::call(functions[index]);\n"
        "  *out = llmgen_shim::output.data();\n"
        "  *size = llmgen_shim::output.size();\n"
        "  return outcome;\n"
        "}"
    )
    shim = "\n".join(parts) + "\n"
    # A submission may have made a macro of any word that the shim uses: #define int long long.
    words = dict.fromkeys(re.findall(r"[A-Za-z_]\w*", shim))
    undefined = "".join(f"#undef {word}\n" for word in words)
    return f'#include "submission.cpp"\n{undefined}{shim}'


def _fields(struct: Struct) -> str:
    """How the shim reaches the fields, and what they must be."""
    checks = "".join(
        f'static_assert(::std::is_same_v<decltype({struct}::{name}), {kind}>, "{struct.name}");\n'
        for name, kind in struct.fields
    )
    visits = " ".join(f"visitor(value.{name});" for name, _ in struct.fields)
    return (
        f"{checks}template <> struct llmgen_shim::Fields<{struct}> {{\n"
        f"  template <class T, class V> static void visit(T& value, V visitor) {{ {visits} }}\n}};"
    )


def _caller(index: int, function: Function) -> str:
    """Read the arguments, call, write the outputs."""
    count = range(len(function.parameters))
    kinds = ", ".join(str(parameter) for parameter in function.parameters)
    pointer = f"{function.result or 'void'} (*)({kinds})"
    lines = [f"constexpr auto function = static_cast<{pointer}>(&::{function.name});"]
    lines += [f"{function.parameters[i].type} a{i}{{}}; get(a{i});" for i in count]
    arguments = ", ".join(
        f"::std::move(a{i})" if function.parameters[i].passing == "value" else f"a{i}"
        for i in count
    )
    if function.result is None:
        lines.append(f"function({arguments});")
    else:
        lines.append(f"const {function.result} result = function({arguments}); put(result);")
    lines += [f"put(a{i});" for i in count if function.parameters[i].passing == "&"]
    body = "\n  ".join(lines)
    return f"namespace llmgen_shim {{\nstatic void call_{index}() {{\n  {body}\n}}\n}}"
