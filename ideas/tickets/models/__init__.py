"""The tables of tickets."""

from ideas.tickets.models.kinds import Side, TicketState, TicketTransition, TicketType
from ideas.tickets.models.queues import AnalystQueue
from ideas.tickets.models.thread import StepKind, TicketFile, TicketMessage, TicketNote, TicketStep
from ideas.tickets.models.ticket import Ticket, TicketIdea, TicketParticipant, TicketYear

__all__ = [
    "AnalystQueue",
    "Side",
    "StepKind",
    "Ticket",
    "TicketFile",
    "TicketIdea",
    "TicketMessage",
    "TicketNote",
    "TicketParticipant",
    "TicketState",
    "TicketStep",
    "TicketTransition",
    "TicketType",
    "TicketYear",
]
