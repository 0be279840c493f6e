"""Two runs compared: what differs, and which input made it differ.

`runs` opens a results folder; `changes` finds what differs in the inputs; `causes` ties what differs in the outputs to
it; `report` puts the comparison together, in the form of workflow/schemas/endringer.schema.json; `words` marks changed
words; `drawings` makes figures safe to show; `markdown` writes the report for a pull request. All but `runs` is pure.
"""
