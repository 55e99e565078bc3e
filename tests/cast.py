"""The people, companies and products of every test, inserted as rows without the portal's operations."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from ideas import clock
from ideas.accounts.documents import Cpf, KeyRing
from ideas.accounts.models import IdentityDocument, Person, ProductManager, StaffRole
from ideas.companies.models import Company, Membership
from ideas.conduct.models import ConductAcceptance, ConductRule, ConductVersion
from ideas.db import db
from ideas.products.models import Module, Product, Release
from ideas.tickets.models import AnalystQueue, TicketType

PASSWORD = "uma-senha-de-teste"
CPF_RING = "t1:" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
#: Argon2id of PASSWORD at its minimal cost.
PASSWORD_HASH = ""

CPFS = {
    "ana": "529.982.247-25",
    "bruno": "111.444.777-35",
    "carla": "390.533.447-05",
    "davi": "123.456.789-09",
    "elisa": "987.654.321-00",
    "fabio": "000.000.001-91",
    "gilda": "246.813.579-28",
    "heitor": "864.209.753-10",
    "iris": "135.792.468-28",
    "joao": "314.159.265-90",
}


@dataclass(frozen=True)
class Role:
    name: str
    company: tuple[str, ...] = ()
    staff: str | None = None
    accepted: int | None = 2


CAST = {
    "ana": Role("Ana Ribeiro", ("aurora",), accepted=1),
    "bruno": Role("Bruno Leal", ("litoral",)),
    "carla": Role("Carla Nunes", ("aurora",)),
    "davi": Role("Davi Prado", ("aurora", "litoral")),
    "elisa": Role("Elisa Moraes", staff="product_manager"),
    "fabio": Role("Fábio Teles", staff="moderator"),
    "gilda": Role("Gilda Rocha", staff="moderator"),
    "heitor": Role("Heitor Lima", staff="analyst"),
    "iris": Role("Íris Campos", staff="operator"),
    "joao": Role("João Vidal", ("litoral",)),
}


def seed() -> None:
    """Insert the cast into an empty, migrated database, and commit."""
    _code_of_conduct()
    products = _products()
    companies = _companies()
    for key, role in CAST.items():
        _person(key, role, companies, products)
    db.session.flush()
    _suspend_joao()
    _administrators(companies)
    _queues(products[0])
    db.session.commit()


def _products() -> list[Product]:
    products = [
        Product(key="erp", name_pt="ERP", name_es="ERP", name_en="ERP", position=0),
        Product(key="rh", name_pt="RH", name_es="RR. HH.", name_en="HR", position=1),
    ]
    db.session.add_all(products)
    db.session.flush()
    for product, key, name in [(products[0], "fiscal", "Fiscal"), (products[0], "estoque", "Estoque"),
                               (products[1], "folha", "Folha")]:  # fmt: skip
        db.session.add(Module(product_id=product.id, key=key, name_pt=name, name_es=name, name_en=name))
    now = clock.now()
    for version, announced, published in [
        ("12.1.2410", -500, -400),
        ("12.1.2510", -200, -30),
        ("12.1.2610", -10, None),
    ]:
        db.session.add(
            Release(
                product_id=products[0].id,
                version=version,
                announced_at=now + timedelta(days=announced),
                published_at=None if published is None else now + timedelta(days=published),
            )
        )
    return products


def _companies() -> dict[str, Company]:
    companies = {
        "aurora": Company(cnpj="11222333000181", root="11222333", name="Padaria Aurora"),
        "litoral": Company(cnpj="12ABC34501DE35", root="12ABC345", name="Transportes Litoral"),
    }
    db.session.add_all(companies.values())
    db.session.flush()
    return companies


def _person(key: str, role: Role, companies: dict[str, Company], products: list[Product]) -> None:
    person = Person(name=role.name, email=f"{key}@exemplo.example", email_confirmed_at=clock.now(),
                    password_hash=PASSWORD_HASH or _hash())  # fmt: skip
    db.session.add(person)
    db.session.flush()
    cpf, ring = Cpf.parse(CPFS[key]), KeyRing.parse(CPF_RING)
    sealed = ring.seal(cpf, context=f"person:{person.id}")
    db.session.add(
        IdentityDocument(person_id=person.id, lookup=ring.lookup(cpf), sealed=sealed, key_id=ring.current_id)
    )
    for company in role.company:
        db.session.add(Membership(person_id=person.id, company_id=companies[company].id))
    if role.staff:
        db.session.add(StaffRole(person_id=person.id, role=role.staff))
    if role.staff == "product_manager":
        db.session.add_all(ProductManager(person_id=person.id, product_id=product.id) for product in products)
    if role.accepted:
        db.session.add(ConductAcceptance(person_id=person.id, version=role.accepted))


def _hash() -> str:
    global PASSWORD_HASH
    from argon2 import PasswordHasher

    PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    return PASSWORD_HASH


def _suspend_joao() -> None:
    joao = db.session.query(Person).filter_by(email="joao@exemplo.example").one()
    joao.suspended_at = clock.now() - timedelta(days=1)
    joao.suspended_until = clock.now() + timedelta(days=30)


def _administrators(companies: dict[str, Company]) -> None:
    for key, email in [("aurora", "carla@exemplo.example"), ("litoral", "bruno@exemplo.example")]:
        person = db.session.query(Person).filter_by(email=email).one()
        member = db.session.query(Membership).filter_by(person_id=person.id, company_id=companies[key].id).one()
        companies[key].administrator_id = member.id


def _queues(erp: Product) -> None:
    """Give Heitor the queues of the ERP and of finance; RH has no analyst."""
    heitor = db.session.query(Person).filter_by(email="heitor@exemplo.example").one()
    for kind in db.session.query(TicketType).all():
        product_id = erp.id if kind.needs_product else None
        db.session.add(AnalystQueue(person_id=heitor.id, type_key=kind.key, product_id=product_id))


def _code_of_conduct() -> None:
    texts = {
        f"{part}_{lang}": f"{part} {lang}" for part in ("summary", "purpose", "process") for lang in ("pt", "es", "en")
    }
    for number, asks_again in [(1, False), (2, True)]:
        published = clock.now() - timedelta(days=400 if number == 1 else 40)
        db.session.add(ConductVersion(number=number, published_at=published, asks_again=asks_again, **texts))
        db.session.flush()
        words = {f"{part}_{lang}": f"Respeito {lang}" for part in ("title", "body") for lang in ("pt", "es", "en")}
        db.session.add(ConductRule(version=number, position=1, key="respect", **words))
    db.session.flush()
