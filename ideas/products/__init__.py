"""Products, their modules and releases: the ground that ideas, tickets and the release report share.

catalogue    the products, modules and releases a person may choose from
"""
