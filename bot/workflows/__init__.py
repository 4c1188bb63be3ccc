"""CI files read, judged and patched. Nothing here runs what it reads.

A text becomes nodes that know their place (`yaml_reader`, `hcl_reader`), or words of a shell (`shell`, `tools`);
`readers` make a CiFile of them: jobs, steps, and what happens to images; `rules` judge that; `editors` write fixes as
edits by position; `find` is the door. To add a rule: see `rules/`; a kind of file: `readers/`; a tool: `tools/`.
"""
