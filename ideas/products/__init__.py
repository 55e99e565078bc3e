"""Products, their modules and releases: what ideas, tickets and the release report are about.

editing      operators create, rename, close and reopen products and modules
catalogue    the products and modules to choose from
"""
