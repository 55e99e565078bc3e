"""The outbox: what happened is recorded with the deed, and told later by the worker.

recording   write an event in the deed's own transaction
kinds       who hears of which event, in which words, how strongly; the channels; what else happens
delivery    take an event to everyone who should hear: none lost, nobody told twice
"""
