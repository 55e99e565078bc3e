"""Table: name_word."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base

#: Compared byte by byte on both engines, so that a prefix is a range.
_Word = String(40).with_variant(String(40, collation="C"), "postgresql")


class NameWord(Base):
    """One word of a person's or a company's name, email or number, without case and accents."""

    __tablename__ = "name_word"
    __table_args__ = (Index("ix_name_word_thing_id", "thing", "thing_id"),)

    #: "person" or "company".
    thing: Mapped[str] = mapped_column(String(20), primary_key=True)
    word: Mapped[str] = mapped_column(_Word, primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
