"""Every background job. A function declared with `jobs.job` or `jobs.scheduled` runs only if it is listed here."""

from ideas import jobs
from ideas.accounts import signing_in
from ideas.board.voting import reconciling, setting_aside
from ideas.companies import batch_inviting, requesting
from ideas.drafts import storing
from ideas.files import sweeping
from ideas.imports import running
from ideas.moderation import bursts
from ideas.notifications import by_email
from ideas.outbox import delivery, mailing
from ideas.tickets import closing


def register() -> None:
    """Register the jobs, from the lowest feature to the highest."""
    jobs.register(
        jobs.prune,
        sweeping.sweep,
        delivery.deliver,
        delivery.sweep,
        mailing.send_due,
        mailing.enqueue_due,
        mailing.delete_old_emails,
        storing.delete_expired,
        signing_in.delete_old_sign_ins,
        requesting.delete_old_requests,
        batch_inviting.invite_all,
        batch_inviting.delete_old_rows,
        by_email.start_batch,
        by_email.delete_old,
        setting_aside.settle_votes,
        setting_aside.settle_all,
        reconciling.recount,
        running.process,
        bursts.find,
        closing.close_due,
    )
