"""What the first migration makes besides the models: the search tables of each engine, and the first categories."""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tickets.models.category import FIRST

POSTGRESQL = (
    "CREATE TABLE tickets_search (ticket_id bigint PRIMARY KEY, document tsvector NOT NULL)",
    "CREATE INDEX tickets_search_document ON tickets_search USING gin (document) WITH (fastupdate = off)",
    # "Title contains" (contract taas) by trigrams.
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ticket_subject_trigrams ON tickets_ticket USING gin (upper(subject) gin_trgm_ops)",
)
SQLITE = (
    "CREATE VIRTUAL TABLE tickets_search USING fts5(subject, description, people, tokenize = 'unicode61', "
    "prefix = '2 3 4')",
)


def make_search(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop_search(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE tickets_search")


def add_categories(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Without ids of our own: the database counts 1 to 5, and its sequence stays right."""
    category = apps.get_model("tickets", "Category")
    for name in FIRST:
        category.objects.create(name=name)


def keep_categories(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """They go with their table."""
