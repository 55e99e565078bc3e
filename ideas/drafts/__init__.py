"""Forms that were submitted after the session had expired.

storing  store the fields of a form, and return them to their owner only
"""
