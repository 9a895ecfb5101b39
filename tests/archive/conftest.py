from archive.samples import archive, filled

__all__ = ["archive", "filled"]
