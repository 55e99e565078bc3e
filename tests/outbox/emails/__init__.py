"""All the scenes that letters are written of, each module those of one part of the portal."""

from tests.outbox.emails import accounts, companies, digests, ideas, moderation, tickets

__all__ = ["accounts", "companies", "digests", "ideas", "moderation", "tickets"]
