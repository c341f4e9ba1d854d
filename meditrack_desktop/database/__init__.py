"""Floor 1: the encrypted SQLite file or the shared Postgres. The only home of SQLAlchemy."""
