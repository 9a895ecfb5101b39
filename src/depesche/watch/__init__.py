"""Watches feeds: asks for them again and again, and reads the pages that they name into the archive."""
