"""A believable small community, for looking at and trying out. Everyone in it is made up.

seeding     fill an empty database with it; whether its people are in one
material    the files beside this, and days counted from the day of seeding
catalogue   products, modules and releases
community   companies and people
discussion  ideas, their histories and comments
merges      ideas brought together
support     votes, their ledger, and who follows what
waiting     what waits in triage
tickets     chamados
judging     cases, decisions and an appeal
notices     what the people who can sign in were told lately
"""
