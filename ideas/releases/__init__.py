"""The release report: the items of each release, and the ideas it delivers.

report      a product's previous, current and coming releases
roadmap     ideas that are planned, in progress or recently delivered
publishing  link ideas to a release's items, publish a release
finding     search the items of releases
panels      the panels beside an idea and beside the board
"""
