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
        yield from _of_the_portal(scene, stack.enter_context(serving("wsgi:app", scene.environ, "/saude/viva")))


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


def _of_the_portal(scene: Scene, server: Server) -> Iterator[Row]:
    """Rows named "cached" may get a page from the page cache; the others miss it by a parameter in the address.

    In all rows the counts beside the filters and the shared panels may be one second old.
    """
    database, size = scene.environ["DATABASE_URL"], size_name(scene.ideas)
    lite = database.startswith("sqlite")

    def row(name: str, asked: Sequence[bytes], goal: Goal | None = None, connections: int = 16) -> Row:
        return Row(f"{name}, {size}", server, database, lambda: asked, connections, goal)

    large = scene.ideas > 1_000
    search = Goal("G3", rate=0.1 if large else 0.3, cpu=10 if large else 3.2)
    yield row("board", scene.uncached("/"), Goal("G1", rate=0.5 if lite else 0.3, cpu=2 if lite else 3.2))
    yield row("board, cached", scene.board(), Goal("G2", rate=3.5))
    yield row("board, known to the browser (304)", scene.known_board(server.port), Goal("G2", rate=3.5))
    yield row("board, signed in", scene.pages_of_members("/"), Goal("G1", cpu=3.2 if lite else 4.5))
    yield row("board, cards never seen before", scene.board_from_places())
    yield row("idea", scene.uncached(scene.idea), Goal("G3", rate=0.4, cpu=2.5 if lite else 3))
    yield row("search for two words", scene.search(), search)
    yield row("search, one connection", scene.search(), Goal("G3", p99=60), connections=1)
    yield row("page deep in the most voted", scene.page_deep_in("mais-votadas"))
    yield Row(f"vote, {size}", server, database, lambda: scene.votes(VOTES),
              goal=Goal("G5", cpu=2.5 if lite else 4, p99=150))  # fmt: skip


def prepare_floor(database: str) -> None:
    """The two tables of the bare vote."""
    floor = create_engine(database)
    with floor.begin() as connection:
        connection.execute(text("CREATE TABLE floor_idea (id INTEGER PRIMARY KEY, votes INTEGER NOT NULL)"))
        connection.execute(text("CREATE TABLE floor_vote (idea BIGINT, person BIGINT, PRIMARY KEY (idea, person))"))
        connection.execute(text("INSERT INTO floor_idea VALUES (:id, 0)"), [{"id": n} for n in range(1, 1_001)])
    floor.dispose()
