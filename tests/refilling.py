"""Restore PostgreSQL's test database between two tests: only the rows of tables that a test changed.

The schema "stage" holds a copy of every table's first rows. Rows that a refill wrote all carry its transaction
number, so that a table somebody wrote to is found without reading its values. A test that changed the tables
themselves is noticed by an event trigger; then the database must be copied from its template again.
"""

from typing import Any

from psycopg import Connection

#: Options of the connection that refills: neither triggers nor foreign keys run, from its beginning, since a change
#: of this setting would make the server plan every statement again.
OPTIONS = "-c synchronous_commit=off -c session_replication_role=replica"

_KEEP = """
CREATE SCHEMA stage;
CREATE TABLE stage.tables (place text PRIMARY KEY, copy text, fields text, rows bigint NOT NULL, written xid);
CREATE TABLE stage.sequences AS SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences;
CREATE TABLE stage.changed (what text);
DO $$
DECLARE
    one record;
    held bigint;
BEGIN
    FOR one IN SELECT schemaname, tablename, format('%I.%I', schemaname, tablename) AS place,
                      format('stage.%I', schemaname || '_' || tablename) AS copy,
                      (SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
                       WHERE table_schema = schemaname AND table_name = tablename AND is_generated = 'NEVER') AS fields
               FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'stage')
    LOOP
        EXECUTE format('SELECT count(*) FROM %s', one.place) INTO held;
        INSERT INTO stage.tables VALUES (one.place, CASE WHEN held > 0 THEN one.copy END, one.fields, held);
        IF held > 0 THEN
            EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s', one.copy, one.fields, one.place);
        END IF;
    END LOOP;
END $$;
-- One static query over all tables, planned once per connection.
DO $$
DECLARE
    checks text;
BEGIN
    SELECT string_agg(
        CASE WHEN copy IS NULL THEN format('SELECT %L::text WHERE EXISTS (SELECT 1 FROM %s)', place, place)
        ELSE format('SELECT place FROM stage.tables WHERE place = %L AND (written IS NULL OR rows <> '
                    '(SELECT count(*) FROM %s AS one WHERE one.xmin = written) OR rows <> (SELECT count(*) FROM %s))',
                    place, place, place)
        END, ' UNION ALL ') INTO checks FROM stage.tables;
    EXECUTE format('CREATE FUNCTION stage.written() RETURNS SETOF text LANGUAGE plpgsql AS %L',
                   'BEGIN RETURN QUERY ' || checks || '; END');
END $$;
CREATE FUNCTION stage.refill() RETURNS void LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT tables.* FROM stage.written() AS place JOIN stage.tables AS tables USING (place) LOOP
        EXECUTE format('DELETE FROM %s', one.place);
        IF one.copy IS NOT NULL THEN
            EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s',
                           one.place, one.fields, one.fields, one.copy);
            UPDATE stage.tables SET written = pg_current_xact_id()::xid WHERE place = one.place;
        END IF;
    END LOOP;
    WITH now AS MATERIALIZED (
        SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences
    )
    SELECT count(setval(kept.name::regclass, coalesce(kept.last_value, 1), kept.last_value IS NOT NULL)) INTO one
    FROM stage.sequences AS kept JOIN now USING (name) WHERE kept.last_value IS DISTINCT FROM now.last_value;
END $$;
CREATE FUNCTION stage.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stage.changed VALUES (tg_tag);
END $$;
CREATE EVENT TRIGGER stage_changed ON ddl_command_end EXECUTE FUNCTION stage.note();
"""


def keep(connection: Connection[Any]) -> None:
    """Copy what every table holds now, and watch whether a table is changed."""
    connection.execute(_KEEP)


def refill(connection: Connection[Any]) -> bool:
    """Give every table its first rows; False when a test changed the tables themselves."""
    changed = connection.execute("SELECT EXISTS (SELECT 1 FROM stage.changed)").fetchone()
    if changed and changed[0]:
        return False
    connection.execute("SELECT stage.refill()")
    return True


def end_others(connection: Connection[Any], *, idle: set[int]) -> None:
    """Terminate all other sessions on this database, except those of `idle` that have no transaction."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND NOT (pid = ANY(%s) AND state = 'idle')",
        [list(idle)],
    )
