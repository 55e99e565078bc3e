"""Two merged pairs of ideas, and one that was merged and separated again."""

from datetime import timedelta

from ideas.board.models import Idea, Merge, MergeObjection
from ideas.db import db
from ideas.demo.community import Community
from ideas.demo.discussion import Talk
from ideas.demo.material import Calendar

#: (the duplicate's beginning, the beginning of what it is the same as, days ago, days until it was separated or None)
PAIRS = (
    ("Alerta de validade do certificado", "Aviso antes de o certificado", 20, None),
    ("Tema escuro para quem", "Modo escuro nas telas", 9, None),
    ("Baixa automática dos recebimentos", "Conciliar os Pix recebidos", 6, 2),
)
WHY_NOT = "A minha é sobre o extrato de qualquer recebimento, não só Pix."


def fill(calendar: Calendar, community: Community, talks: list[Talk]) -> None:
    """Create the merges in the state that the operations would have left. The counters must be recounted afterwards."""
    by = community.signing_in["elisa"].person
    for beginning, into_beginning, ago, parted in PAIRS:
        duplicate, into = (_idea(talks, words) for words in (beginning, into_beginning))
        merge = Merge(duplicate_id=duplicate.id, into_id=into.id, by_id=by.id, votes=duplicate.total_count,
                      at=calendar.ago(ago, minute=600))  # fmt: skip
        db.session.add(merge)
        db.session.flush()
        if parted is None:
            duplicate.merged_into_id, duplicate.root_id = into.id, into.id
        else:
            merge.undone_at, merge.undone_by_id = calendar.ago(parted, minute=640), by.id
            said = merge.undone_at - timedelta(hours=3)
            author = duplicate.author_id or by.id
            db.session.add(MergeObjection(merge_id=merge.id, person_id=author, reason=WHY_NOT, at=said))
    db.session.flush()


def _idea(talks: list[Talk], beginning: str) -> Idea:
    return next(talk.idea for talk in talks if talk.idea.title.startswith(beginning))
