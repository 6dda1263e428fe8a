"""What every provider offers: a request in, a reply out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pytest_llmgen.generation import Generation, GenerationRequest


class Backend(Protocol):
    """One model behind one server; built as `Class(spec)` from a `ModelSpec`.

    A class attribute `completes = True` says that it sends `request.completion`, where there is
    one, in place of the messages: then its models can be asked with `--llm-prompt=chatml`.
    """

    @property
    def server(self) -> str:
        """Who answers: the base URL, or the provider's name where there is no server."""

    @property
    def one_model_at_a_time(self) -> bool:
        """Whether requests to two models of one `server` must never be interleaved."""

    @property
    def default_concurrency(self) -> int:
        """Requests in flight at once, where the user set no `max_concurrency`."""

    def generate(self, request: GenerationRequest) -> Generation:
        """Ask once and wait; many threads may do so at the same time.

        Raises:
            BackendError: If there is no reply within `request.timeout_s`, retries included.
            OverloadedError: If the server takes no more at present; it is then asked again, until
                the deadline, with fewer requests in flight.
            PermanentBackendError: If there is no point in asking this model again.
        """

    def close(self) -> None:
        """Abort what is in flight, whose callers get a BackendError, and free the connections."""
