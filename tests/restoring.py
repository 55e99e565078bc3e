"""Restore PostgreSQL's test database between two tests: only the rows of tables that a test changed.

The schema "restore" holds a copy of the first rows of every table. All rows that a restore wrote carry its
transaction id in `xmin`, so a changed table is found without comparing values. An event trigger records DDL; after
DDL the database must be copied from its template again.
"""

from typing import Any

from psycopg import Connection

#: Options of the connection that restores: triggers and foreign keys do not run. Set when connecting, since changing
#: this setting later makes the server plan every statement again.
OPTIONS = "-c synchronous_commit=off -c session_replication_role=replica"

_STORE = """
CREATE SCHEMA restore;
CREATE TABLE restore.tables (source text PRIMARY KEY, copy text, fields text, rows bigint NOT NULL, written xid);
CREATE TABLE restore.sequences AS
    SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences;
CREATE TABLE restore.ddl (tag text);
DO $$
DECLARE
    item record;
    row_count bigint;
BEGIN
    FOR item IN SELECT schemaname, tablename, format('%I.%I', schemaname, tablename) AS source,
                       format('restore.%I', schemaname || '_' || tablename) AS copy,
                       (SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
                        WHERE table_schema = schemaname AND table_name = tablename AND is_generated = 'NEVER') AS fields
                FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'restore')
    LOOP
        EXECUTE format('SELECT count(*) FROM %s', item.source) INTO row_count;
        INSERT INTO restore.tables
            VALUES (item.source, CASE WHEN row_count > 0 THEN item.copy END, item.fields, row_count);
        IF row_count > 0 THEN
            EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s', item.copy, item.fields, item.source);
        END IF;
    END LOOP;
END $$;
-- One static query over all tables, planned once per connection.
DO $$
DECLARE
    checks text;
BEGIN
    SELECT string_agg(
        CASE WHEN copy IS NULL THEN format('SELECT %L::text WHERE EXISTS (SELECT 1 FROM %s)', source, source)
        ELSE format('SELECT source FROM restore.tables WHERE source = %L AND (written IS NULL OR rows <> '
                    '(SELECT count(*) FROM %s AS item WHERE item.xmin = written) OR rows <> (SELECT count(*) FROM %s))',
                    source, source, source)
        END, ' UNION ALL ') INTO checks FROM restore.tables;
    EXECUTE format('CREATE FUNCTION restore.changed_tables() RETURNS SETOF text LANGUAGE plpgsql AS %L',
                   'BEGIN RETURN QUERY ' || checks || '; END');
END $$;
CREATE FUNCTION restore.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE item record;
BEGIN
    FOR item IN SELECT tables.* FROM restore.changed_tables() AS source
                JOIN restore.tables AS tables USING (source) LOOP
        EXECUTE format('DELETE FROM %s', item.source);
        IF item.copy IS NOT NULL THEN
            EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s',
                           item.source, item.fields, item.fields, item.copy);
            UPDATE restore.tables SET written = pg_current_xact_id()::xid WHERE source = item.source;
        END IF;
    END LOOP;
    WITH current AS MATERIALIZED (
        SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences
    )
    SELECT count(setval(first.name::regclass, coalesce(first.last_value, 1), first.last_value IS NOT NULL)) INTO item
    FROM restore.sequences AS first JOIN current USING (name)
    WHERE first.last_value IS DISTINCT FROM current.last_value;
END $$;
CREATE FUNCTION restore.record_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO restore.ddl VALUES (tg_tag);
END $$;
CREATE EVENT TRIGGER restore_ddl ON ddl_command_end EXECUTE FUNCTION restore.record_ddl();
"""


def store(connection: Connection[Any]) -> None:
    """Copy the rows of every table, and start recording DDL."""
    connection.execute(_STORE)


def restore(connection: Connection[Any]) -> bool:
    """Restore the first rows of every table; return False when a test executed DDL."""
    ddl = connection.execute("SELECT EXISTS (SELECT 1 FROM restore.ddl)").fetchone()
    if ddl and ddl[0]:
        return False
    connection.execute("SELECT restore.restore()")
    return True


def terminate_others(connection: Connection[Any], *, idle: set[int]) -> None:
    """Terminate all other sessions on this database, except those of `idle` that have no transaction."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND NOT (pid = ANY(%s) AND state = 'idle')",
        [list(idle)],
    )
