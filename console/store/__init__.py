"""The database: schema, migrations, queries. SQLite embedded."""
