"""Settings: validated at start, with every fault named; secrets are generated in development."""

import base64

import pytest
from sqlalchemy import create_engine, make_url

from ideas import config
from ideas.cli import serving

pytestmark = pytest.mark.engine_independent

GOOD = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "kT9vQ2mXw7LpZ4rB8nYc3HsJ6dFgA1eU0iOq",
    "CPF_KEY": "k1:" + base64.b64encode(bytes(range(32))).decode(),
    "PORTAL_URL": "https://ideias.example.com",
}


def faults(**changes: str) -> list[str]:
    with pytest.raises(config.Misconfigured) as refused:
        config.read(GOOD | changes)
    return refused.value.faults


def test_valid_production_settings_are_accepted(tmp_path):
    assert config.read(GOOD | {"INSTANCE_PATH": str(tmp_path)}).in_production


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY is weak"),
        ({"CPF_KEY": ""}, "CPF_KEY is missing"),
        ({"CPF_KEY": "k1:not-base64"}, "CPF_KEY"),
        ({"PORTAL_URL": "http://ideias.example.com"}, "https"),
        ({"PORTAL_URL": "ideias.example.com"}, "PORTAL_URL"),
        ({"PORTAL_URL": ""}, "PORTAL_URL"),
        ({"PORTAL_URL": "https://ideias.example.com/portal"}, "PORTAL_URL"),
        ({"PORTAL_READING": "nobody"}, "PORTAL_READING"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"PORT": "eighty"}, "PORT"),
        ({"BRAND_HUE": "400"}, "BRAND_HUE"),
        ({"HTMX_URL": "javascript:alert(1)"}, "HTMX_URL"),
        ({"PORTAL_ENV": "live"}, "PORTAL_ENV"),
        ({"MAIL_FROM": "Central de Ideias <portal@example.com>"}, "MAIL_FROM"),
        ({"MAIL_FROM": "portal"}, "MAIL_FROM"),
        ({"MAIL_FROM": "a@b.example, c@d.example"}, "MAIL_FROM"),
        ({"MAIL_SERVER": "smtp.example.com:587"}, "MAIL_SERVER"),
        ({"MAIL_SERVER": "smtp://smtp.example.com"}, "MAIL_SERVER"),
        ({"MAIL_PORT": "0"}, "MAIL_PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"HOST": "[::1]:8000"}, "HOST"),
        ({"WEB_PROCESSES": "0"}, "WEB_PROCESSES"),
        ({"WEB_THREADS": "0"}, "WEB_THREADS"),
        ({"LOG_LEVEL": "verbose"}, "LOG_LEVEL"),
        ({"RATE_LIMIT_URL": "localhost:6379"}, "RATE_LIMIT_URL"),
        ({"BRAND_LOGO": "https://cdn.example.com/logo.svg"}, "BRAND_LOGO"),
        ({"DATABASE_URL": "postgresql://u@h:port/d"}, "DATABASE_URL"),
    ],
)
def test_each_fault_is_named(changes, expected):
    assert any(expected in fault for fault in faults(**changes))


def test_debug_is_refused_in_production(monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert any("FLASK_DEBUG" in fault for fault in faults())


def test_all_faults_are_reported_at_once():
    assert len(faults(SECRET_KEY="", CPF_KEY="", PORTAL_URL="http://x")) == 3


def test_the_development_url_uses_the_port(tmp_path):
    assert config.read({"INSTANCE_PATH": str(tmp_path), "PORT": "8123"}).portal_url == "http://localhost:8123"


def test_development_keys_are_generated_once(tmp_path):
    first = config.read({"INSTANCE_PATH": str(tmp_path)})
    again = config.read({"INSTANCE_PATH": str(tmp_path)})
    assert (first.secret_key, first.cpf_key) == (again.secret_key, again.cpf_key)
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_postgresql_url_gets_its_driver(tmp_path):
    settings = config.read({"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": "postgresql://u@h/d"})
    assert settings.database_url == "postgresql+psycopg://u@h/d"


def test_the_content_security_policy_allows_the_path_of_htmx_not_the_whole_host(tmp_path):
    settings = config.read({"INSTANCE_PATH": str(tmp_path)})
    assert settings.htmx_source == "https://cdn.jsdelivr.net/npm/htmx.org@4.0.1/"
    assert config.read({"INSTANCE_PATH": str(tmp_path), "HTMX_URL": "/static/htmx.min.js"}).htmx_source == ""


@pytest.mark.parametrize("name", ["a%20b", "a?x", "a#b", "ação e espaço"])
def test_the_database_is_in_the_instance_folder_whatever_its_name(tmp_path, name: str):
    settings = config.read({"INSTANCE_PATH": str(tmp_path / name)})
    assert make_url(settings.database_url).database == str(tmp_path / name / "portal.db")
    create_engine(settings.database_url).connect().close()
    assert (tmp_path / name / "portal.db").exists()


@pytest.mark.parametrize(("host", "bound"), [("::1", "[::1]:8000"), ("127.0.0.1", "127.0.0.1:8000")])
def test_the_portal_listens_on_addresses_of_both_kinds(tmp_path, host: str, bound: str):
    settings = config.read({"INSTANCE_PATH": str(tmp_path), "HOST": host})
    assert serving._options(settings)["bind"] == bound
