"""People: who they are, how they sign in, and whether they may take part.

documents        CPF: strict form, mask, keyed look-up, sealing
identifying      whose CPF or e-mail this is
naming           whose name a person may bear: their own, in one alphabet
email_addresses  an e-mail address: its shape, how it is kept
registering      make a person, once for life per CPF
key_rotation     bring every CPF under the ring's first key
signing_in       CPF or e-mail and password, with limits
known_browsers   browsers that an account's owner used before, which a flood of wrong passwords doesn't lock out
password_rules   which passwords are refused
resetting        a forgotten password: the link, and the new one
credentials      another password, another e-mail
emails           the letters about one's account
sessions         sessions as rows: begin, judge, end
passwords        hashing, capped
profiles         what a person says of themselves
links            links that work once: minted, looked at, spent, revoked
devices          a browser in words
phones           a telephone number, as typed and as kept
zones            the time zones to choose from
staff            the vendor's people: roles, and the products they answer for
sanctions        suspend, restore, lock and unlock a person
"""
