"""The code of conduct: its versions, who accepted which, and whether a person may take part.

accepting    accept the current version
taking_part  the one question asked before posting, commenting and voting
publishing   keep the code's versions
"""
