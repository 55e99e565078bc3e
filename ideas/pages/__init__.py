"""Pages that compose several features, without tables or rules.

routes/mine      /minhas-ideias: the ideas that the person posted, voted for and follows
routes/sitemap   /sitemap.xml: the listed ideas, for search engines
"""
