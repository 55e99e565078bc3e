"""The operators' panel: what they see and do, over every feature below."""
