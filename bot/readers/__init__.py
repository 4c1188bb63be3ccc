"""Tools with which people read the evidence of an image, and what each of them finds.

`table.py` is the one table: what each tool looks at, with its version and the source of each fact. `forms.py` has the
forms in which evidence is stored, `places.py` says where an image has them, and `seeing.py` whether a tool finds them
there. To add a tool: its name in `reader.py` and a row in one of the files that `table.py` puts together. A policy file
needs `reader.py` alone; the rest is imported only where a policy names readers.
"""
