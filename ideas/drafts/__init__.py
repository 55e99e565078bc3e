"""What was typed and not yet sent.

storing  keep the fields of a form whose session ran out; give them back to their owner only
"""
