"""Structured logs: one JSON line an event (readable ones in development), with the request's id.

The last net under every other care: a shape that looks like a CPF is masked before it is written.
"""

import logging
import sys
from typing import Any

import structlog

from ideas.accounts import documents
from ideas.config import Settings


def start(settings: Settings) -> None:
    """Send the portal's and its libraries' logs to standard error in one form."""
    level = getattr(logging, settings.log_level.upper(), logging.INFO)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
    ]
    shown = structlog.processors.JSONRenderer() if settings.in_production else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _mask(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: documents.mask_cpfs(value) if isinstance(value, str) else value for key, value in event.items()}
