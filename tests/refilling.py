"""PostgreSQL's stage made fresh between two tests: its rows, not the whole database, which takes far longer.

What every table held at first lies in a schema of its own. A test that changed the tables themselves is
noticed, by the database; then there is no way but a new copy.
"""

from typing import Any

from sqlalchemy import Connection, text

_KEEP = """
CREATE SCHEMA stage;
CREATE TABLE stage.kept (place text, copy text, fields text);
CREATE TABLE stage.sequences AS SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences;
CREATE TABLE stage.changed (what text);
DO $$
DECLARE
    one record;
    filled boolean;
BEGIN
    FOR one IN SELECT schemaname, tablename, format('%I.%I', schemaname, tablename) AS place,
                      format('stage.%I', schemaname || '_' || tablename) AS copy,
                      (SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
                       WHERE table_schema = schemaname AND table_name = tablename AND is_generated = 'NEVER') AS fields
               FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'stage')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', one.place) INTO filled;
        INSERT INTO stage.kept VALUES (one.place, CASE WHEN filled THEN one.copy END, one.fields);
        IF filled THEN
            EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s', one.copy, one.fields, one.place);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION stage.refill() RETURNS void LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    -- No trigger and no foreign key stands in the way.
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR one IN SELECT * FROM stage.kept LOOP
        EXECUTE format('DELETE FROM %s', one.place);
        IF one.copy IS NOT NULL THEN
            EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s',
                           one.place, one.fields, one.fields, one.copy);
        END IF;
    END LOOP;
    PERFORM setval(name::regclass, coalesce(last_value, 1), last_value IS NOT NULL) FROM stage.sequences;
END $$;
CREATE FUNCTION stage.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stage.changed VALUES (tg_tag);
END $$;
CREATE EVENT TRIGGER stage_changed ON ddl_command_end EXECUTE FUNCTION stage.note();
"""


def keep(connection: Connection) -> None:
    """Note what every table holds now, and watch whether a table is changed."""
    driver: Any = connection.connection.driver_connection
    # Without parameters, so that the driver leaves the text as it is.
    driver.execute(_KEEP)


def refill(connection: Connection) -> bool:
    """Give every table what was kept of it; False when a test changed the tables themselves. Others are thrown out."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    if connection.scalar(text("SELECT EXISTS (SELECT 1 FROM stage.changed)")):
        return False
    connection.execute(text("SELECT stage.refill()"))
    return True
