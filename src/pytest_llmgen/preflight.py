"""What is seen to before anything runs: that the run can be as the user means it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_llmgen.errors import UsageError
from pytest_llmgen.options import is_distributed, is_on_command_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from pytest_llmgen.models import RunModel
    from pytest_llmgen.session import Session


def check_early(config: pytest.Config, session: Session) -> None:
    """See that models, targets and the sandbox can be as they are meant, before anything runs.

    The sandbox is tried out this early only if the command line says that models are asked; with
    xdist a little later, since a thread would keep the controlling process from sending a scout.

    Raises:
        UsageError: In one line.
    """
    from pytest_llmgen.backends.models import check_prompt  # noqa: PLC0415 - on first use

    for model in session.models:
        if model.spec is not None:
            check_prompt(model.spec, model.prompt, session.backends.load(model.spec.provider))
        session.examples(model)
    if session.options.max_cost_usd is not None:
        _check_prices(session.models)
    for target in session.options.targets:
        session.targets.load(target)
    for _, path in session.options.reports:
        if Path(path).is_dir():
            raise UsageError(f"--llm-report: {path!r} is a directory; name a file")
    only_shows = config.option.collectonly or config.option.setupplan or session.options.dry_run
    session.needs_tier = is_on_command_line(config) and not only_shows
    if session.needs_tier and session.options.sandbox != "auto":
        session.use_tier()
    elif session.needs_tier and not is_distributed(config):
        session.try_tiers_out()


def _check_prices(models: Iterable[RunModel]) -> None:
    """See that a budget of dollars can be kept."""
    from pytest_llmgen.backends.prices import has_price  # noqa: PLC0415 - on first use

    for model in models:
        if model.spec is not None and model.solutions is None and not has_price(model.spec):
            raise UsageError(
                f"--llm-max-cost: nobody knows what model {model.name!r} costs; set "
                f"usd_per_million_input and usd_per_million_output in [tool.llmgen.models."
                f"{json.dumps(model.name)}] (0 if it is free), or install pytest-llmgen[prices]"
            )
