"""Structured logs: one JSON line per event (plain text in development), with the request's id.

As a last safeguard, `mask` is applied to every value, so that a CPF is never written.
"""

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog

from ideas.config import Settings


def configure(settings: Settings, mask: Callable[[str], str]) -> None:
    """Send the logs of the portal and its libraries to standard error, in one format and masked."""

    def masked(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
        return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}

    level = getattr(logging, settings.log_level.upper(), logging.INFO)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        masked,
    ]
    machine, human = structlog.processors.JSONRenderer(), structlog.dev.ConsoleRenderer(colors=False)
    renderer = machine if settings.in_production else human
    # The portal's own lines are written directly: through the logging module they take twice the time.
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
