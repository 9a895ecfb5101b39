"""The archive: the only folder with SQL."""
