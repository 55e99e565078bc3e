"""Companies, their members, and the one administrator of each.

cnpj              the CNPJ: strict parsing, formatting
joining           create a company, add a member, set the administrator
administering     operations of the administrator: permissions, handing over the administration
inviting          invite a person by email, resend or revoke the invitation
batch_inviting    invite the people of a sheet, in a background job
batch_events      the event and emails of such a batch
batch_models      its tables
batch_validation  validate a sheet, row by row
accepting         accept an invitation by its link
requesting        request to join (*Quero me cadastrar*), approve, refuse
operator_actions  operations of operators: register, correct, block, close, set the first administrator
leaving           remove a member, once their obligations are transferred
listing           a company's members and pending invitations
session_holders   the person, company and roles of a session, read at every request
switching         switch the active company
events            the recipients and words of a company's notifications
emails            the emails about invitations and access requests
"""
