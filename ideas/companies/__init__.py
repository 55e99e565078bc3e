"""Companies, who belongs to them, and the one administrator of each.

cnpj         a company's number: strict form, root
joining      make a company, let a person in, name its administrator
recognising  who holds a session, for which company, with which roles: judged anew each time
switching    choose the company one acts for
"""
