"""The rows of the table: the floor's, and the portal's for each size of community."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import create_engine, text

from bench._measuring import FLOOR, Goal, Row
from bench._scene import Scene, request, scene_of
from bench._servers import Server, serving

#: Votes made ready for one round.
VOTES = 3_000


def sizes(words: str) -> list[int]:
    """Sizes of community, by comma: "1k,100k,1m"."""
    return [int(word.replace("k", "000").replace("m", "000000")) for word in words.lower().split(",")]


def size_name(ideas: int) -> str:
    """The size in short."""
    return {1_000: "1k", 100_000: "100k", 1_000_000: "1M"}.get(ideas, str(ideas))


def of(stack: ExitStack, folder: Path, communities: Sequence[int]) -> Iterator[Row]:
    """The floor's rows on the last size's database, the portal's for each size; servers live as long as the stack."""
    scenes = []
    for ideas in communities:
        place = folder / str(ideas)
        place.mkdir()
        scenes.append(stack.enter_context(scene_of(ideas, place)))
    database = scenes[-1].environ["DATABASE_URL"]
    prepare_floor(database)
    bare = stack.enter_context(serving("bench._floor:app", scenes[-1].environ, "/hello"))
    yield from _of_the_floor(bare, database)
    for scene in scenes:
        kept = stack.enter_context(serving("wsgi:app", scene.environ, "/saude/viva"))
        cold = stack.enter_context(serving("wsgi:app", scene.environ | {"PAGE_CACHE_SECONDS": "0"}, "/saude/viva"))
        yield from _of_the_portal(scene, cold, kept)


def _of_the_floor(server: Server, database: str) -> Iterator[Row]:
    for name, path in (
        ("floor: Flask, one word", "/hello"),
        (FLOOR, "/list"),
        ("floor: the same, one query", "/query"),
    ):
        asked = [request("GET", path, 0)]
        yield Row(name, server, database, lambda asked=asked: asked)
    yield bare_vote(server, database)


def bare_vote(server: Server, database: str) -> Row:
    """The floor's vote: an insert and its counter, over a thousand ideas."""
    votes = [request("POST", f"/vote/{number % 1_000 + 1}", 0) for number in range(VOTES)]
    return Row("floor: a bare vote", server, database, lambda: votes)


def _of_the_portal(scene: Scene, cold: Server, kept: Server) -> Iterator[Row]:
    """`cold` keeps no visitor's page; every other row than the kept ones is asked of it."""
    database, size = scene.environ["DATABASE_URL"], size_name(scene.ideas)
    lite = database.startswith("sqlite")

    def row(
        name: str, asked: Sequence[bytes], goal: Goal | None = None, connections: int = 16, server: Server = cold
    ) -> Row:
        return Row(f"{name}, {size}", server, database, lambda: asked, connections, goal)

    yield row("board", scene.board(), Goal("G1", rate=0.6 if lite else 0.45, cpu=2))
    yield row("board, kept", scene.board(), Goal("G2", rate=3.5), server=kept)
    yield row("board, known to the browser (304)", scene.known_board(kept.port), Goal("G2", rate=3.5), server=kept)
    yield row("board, signed in", scene.pages_of_members("/"))
    yield row("idea", scene.pages(scene.idea), Goal("G3", rate=0.7))
    yield row("search for two words", scene.search(), Goal("G3", rate=0.3))
    yield row("search, one connection", scene.search(), Goal("G3", p99=60), connections=1)
    yield row("page deep in the most voted", scene.page_deep_in("mais-votadas"))
    yield Row(f"vote, {size}", cold, database, lambda: scene.votes(VOTES),
              goal=Goal("G5", rate=0.6 if lite else 0.4, p99=150))  # fmt: skip


def prepare_floor(database: str) -> None:
    """The two tables of the bare vote."""
    floor = create_engine(database)
    with floor.begin() as connection:
        connection.execute(text("CREATE TABLE floor_idea (id INTEGER PRIMARY KEY, votes INTEGER NOT NULL)"))
        connection.execute(text("CREATE TABLE floor_vote (idea BIGINT, person BIGINT, PRIMARY KEY (idea, person))"))
        connection.execute(text("INSERT INTO floor_idea VALUES (:id, 0)"), [{"id": n} for n in range(1, 1_001)])
    floor.dispose()
