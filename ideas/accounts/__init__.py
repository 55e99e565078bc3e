"""People: who they are, how they sign in, and whether they may take part.

documents    CPF: strict form, mask, keyed look-up, sealing
identifying  whose CPF or e-mail this is
registering  make a person, once for life per CPF
signing_in   CPF or e-mail and password, with limits
sessions     sessions as rows: begin, judge, end
passwords    hashing, capped
devices      a browser in words
standing     suspend and restore a person
"""
