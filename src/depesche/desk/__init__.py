"""The desk: the archive in the browser. Pages (``pages``) and an interface for programs over one archive."""
