"""The scenes of all emails, one module per feature."""

from tests.outbox.emails import accounts, companies, digests, ideas, moderation, tickets

__all__ = ["accounts", "companies", "digests", "ideas", "moderation", "tickets"]
