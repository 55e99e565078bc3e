"""Lists of ideas: orderings, filters, facets, search and cards.

pages       the orderings and pages of the board
filters     the conditions of a reader's filters
facets      the counts beside each filter
cards       the read model of a card
finding     search ideas and find similar ones
similar     the similar ideas shown on an idea's page
explaining  why an idea has its place in an ordering
"""
