"""What only several reports together tell: copies, stories, one event in many reports, accounts, relations.

Pure functions over records: nothing here opens a file or an archive, and nothing depends on the order in
which reports came.
"""
