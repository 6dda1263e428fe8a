# reject: test_strange_characters wrong_answer - Python takes more than the task does
"""Python's own parser, with its own words for what is wrong."""

import re


def evaluate(text: str) -> tuple[str, int]:
    """The value of an expression, or the index of what is wrong."""
    code = re.sub(r"[0-9]+", lambda number: str(int(number[0])), text).replace("/", "//")
    try:
        return "ok", int(eval(code.strip(), {"__builtins__": {}}))  # noqa: S307
    except SyntaxError as error:
        return "error", max(0, min(len(text), (error.offset or 1) - 1))
    except ZeroDivisionError:
        return "error", max(text.find("/"), text.find("%"))
    except (ArithmeticError, NameError, TypeError, ValueError, MemoryError, RecursionError):
        return "error", len(text)
