"""The release report: what each release brings, and which ideas it delivers.

report      a product's previous, current and coming releases
publishing  write items, link ideas to them, publish a release
"""
