"""What authors of a backend or of a target use to prove it.

    def test_the_zoo_is_a_backend(zoo_server):
        check_backend(lambda: Zoo(spec_of(zoo_server)), secret=KEY)

Each check raises an AssertionError that says what is wrong and what is expected. The backends and
targets of this package pass the same checks.
"""

from pytest_llmgen.testing.backend_checks import THREADS, check_backend, question
from pytest_llmgen.testing.target_checks import check_target

__all__ = ["THREADS", "check_backend", "check_target", "question"]
