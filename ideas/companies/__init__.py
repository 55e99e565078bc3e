"""Companies, who belongs to them, and the one administrator of each.

cnpj      a company's number: strict form, root
joining   make a company, let a person in, name its first administrator
"""
