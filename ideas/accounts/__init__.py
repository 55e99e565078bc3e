"""People: who they are, how they sign in, and whether they may take part.

documents    CPF: strict form, mask, keyed look-up, sealing
identifying  whose CPF or e-mail this is
naming       whose name a person may bear: their own, in one alphabet
emails       an e-mail address: its shape, how it is kept
registering  make a person, once for life per CPF
rotating     bring every CPF under the ring's first key
signing_in   CPF or e-mail and password, with limits
familiar     browsers that an account's owner used before, which a flood of wrong passwords doesn't lock out
choosing     which passwords are refused
resetting    a forgotten password: the link, and the new one
credentials  another password, another e-mail
telling      the letters about one's account
sessions     sessions as rows: begin, judge, end
passwords    hashing, capped
describing   what a person says of themselves
links        links that work once: minted, looked at, spent, revoked
devices      a browser in words
phones       a telephone number, as typed and as kept
zones        the time zones to choose from
staffing     the vendor's people: roles, and the products they answer for
standing     suspend, restore, lock and unlock a person
"""
