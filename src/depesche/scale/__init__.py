"""The same reading over many processes."""
