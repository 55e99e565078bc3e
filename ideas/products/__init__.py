"""Products, their modules and releases: the ground that ideas, tickets and the release report share.

arranging    what operators do: make, rename, end, take up again
catalogue    the products, modules and releases a person may choose from
"""
