"""`bin/portal releases publish`."""

from ideas.db import db
from tests import make


def publish(app, *words: str):
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["releases", "publish", *words])
    db.session.expire_all()
    return result


def test_it_publishes_and_says_what_it_did(app, item, elisa) -> None:
    release = make.release("12.1.2610")
    waits = make.idea("Exportar o razão", status="planned", target_release_id=release.id)
    declined = make.idea("Modo escuro", status="declined")
    item(release, "Razão em planilha", waits, declined)
    result = publish(app, "erp", "12.1.2610", "--by", elisa.email)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "delivered: 1",
        f"  {waits.id}  Exportar o razão",
        "left as they are: 1",
        f"  {declined.id}  Modo escuro",
    ]
    assert make.release("12.1.2610").is_published


def test_what_can_not_be_done_is_said(app, elisa, iris) -> None:
    for words, said in [
        (("erp", "1.2.3", "--by", elisa.email), "there is no release 1.2.3 of erp"),
        (("erp", "12.1.2610", "--by", iris.email), "is not a product manager of erp"),
        (("erp", "12.1.2510", "--by", elisa.email), "Esta release já foi publicada."),
    ]:
        result = publish(app, *words)
        assert result.exit_code == 1
        assert said in result.output
