"""Settings: validated at start, with every fault named; secrets are generated in development."""

import base64

import pytest

from ideas import config

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
