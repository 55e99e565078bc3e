"""People: who they are, how they sign in, and whether they may take part.

documents    CPF: strict form, mask, keyed look-up, sealing
registering  make a person, once for life per CPF
signing_in   e-mail or CPF and password, with limits; signing out
sessions     sessions as rows: begin, find, end
passwords    hashing, capped
standing     suspend and restore a person
"""
