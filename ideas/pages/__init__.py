"""Screens that compose features. No tables and no rules live here.

routes/mine      /minhas-ideias: what I posted, voted for and follow
routes/sitemap   /sitemap.xml: every idea that search engines may know
"""
