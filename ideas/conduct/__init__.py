"""The code of conduct: its versions, who accepted which, and whether a person may take part.

publishing     the code's versions, and which is current
accepting      accept the current version
participation  the one question asked before posting, commenting and voting
"""
