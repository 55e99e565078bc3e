"""The board: ideas, and what people do with them.

posting    create an idea
deciding   set an idea's status and publish the vendor's official response
past_targets  correct targets that were published meanwhile
undoing    take back a decision
following  who is notified about an idea, and how much
hiding     hide an idea and show it again
links      the read model of a link to an idea
detail     the read model of an idea's page
history    the dated steps of an idea
events     the notifications of status changes and responses
voting     votes and their counters (package)
merging    merged sets: combine duplicates and separate them (package)
listing    lists, filters, facets, search and cards (package)
"""
