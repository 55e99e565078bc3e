"""The release report: what each release brings, and which ideas it delivers.

report      a product's previous, current and coming releases
roadmap     what is planned, what is being made, what came lately
publishing  link ideas to a release's items, publish a release
finding     what releases bring, by words
panels      what stands beside an idea and beside the board
"""
