"""The demo: a believable small community of invented people.

seeding     seed an empty database, and detect the demo's people
material    the data files beside this one, and dates relative to the seeding
catalogue   products, modules and releases
community   companies and people
discussion  ideas, their histories and comments
merges      merged ideas
support     votes, their ledger, and who follows what
waiting     what waits in triage
tickets     tickets, their threads and queues
judging     cases, decisions and an appeal
notices     the latest notifications of the people who can sign in
"""
