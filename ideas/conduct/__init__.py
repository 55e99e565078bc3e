"""The code of conduct: its versions, who accepted which, and whether a person may take part.

publishing     the versions, and which one is current
accepting      accept the current version
participation  the check before posting, commenting and voting
"""
