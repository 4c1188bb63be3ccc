"""Tools with which people read the evidence of an image, and what each of them finds.

`table.py` is the one table: what each tool looks at, with its version and the source of each fact. `standing.py` says
where the evidence of an image stands, and `seeing.py` whether a tool finds it there. To add a tool: its name in
`reader.py` and a row in one of the files that `table.py` puts together. A policy file needs `reader.py` alone; the rest
is imported only where a policy names readers and asks for the rule on them.
"""
