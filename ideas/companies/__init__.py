"""Companies, who belongs to them, and the one administrator of each.

cnpj              a company's number: strict form, root
joining           make a company, let a person in, name its administrator
administering     what only the administrator does: permissions, handing the administration over
inviting          ask a person in by e-mail, send it again, revoke it
batch_inviting    invite many by a sheet: look through it, carry it out
batch_events      who hears of such a batch
batch_models      its tables
batch_validation  what is wrong in a sheet, row by row
accepting         come in by an invitation's link
requesting        ask to join (*Quero me cadastrar*); approve, refuse
operator_actions  what operators do: register, correct, block, close, name who first administers
leaving           remove a person, once what they owe is handed over
listing           a company's people and its pending invitations
session_holders   who holds a session, for which company, with which roles: judged anew each time
switching         choose the company one acts for
events            who hears of what happens in a company, in which words
emails            what is mailed of it
"""
