"""Reset a forgotten password and sign in, with and without JavaScript."""

from playwright.sync_api import expect

from tests.fake_transport import FakeTransport, link_in


def test_forgotten_password_is_reset_by_an_emailed_link(js, open_page, transport: FakeTransport, ana) -> None:
    page = open_page(js=js)
    page.goto("/entrar")
    page.get_by_role("link", name="Esqueci minha senha").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Esqueci minha senha")
    page.get_by_role("button", name="Enviar o link").click()
    expect(page.get_by_text("Escreva o CPF ou o e-mail do seu cadastro.").first).to_be_visible()
    page.get_by_label("CPF ou e-mail").fill("529.982.247-25")
    page.get_by_role("button", name="Enviar o link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confira o seu e-mail")

    (mail,) = transport.deliver()
    page.goto(link_in(mail))
    page.get_by_label("Senha nova").fill("senha123")
    page.get_by_role("button", name="Trocar a senha").click()
    expect(page.get_by_text("está entre as mais usadas").first).to_be_visible()
    page.get_by_label("Senha nova").fill("uma frase nova e comprida")
    page.get_by_role("button", name="Trocar a senha").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Entrar")
    page.get_by_label("CPF ou e-mail").fill("ana@exemplo.example")
    page.get_by_label("Senha", exact=True).fill("uma frase nova e comprida")
    page.get_by_role("main").get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Entrar")
    page.goto(link_in(mail))
    expect(page.get_by_role("heading", level=1)).to_have_text("Link vencido")
