"""Read the spreadsheets that offices send, whatever their form, and ask what they do not say.

`opening` makes cells of bytes, `layout` finds tables, `headers` and `columns` say what columns hold, `dating` and
`days` of which day figures are, `places` and `names` of which units; `interpret` brings it together. Pure: bytes in,
figures or one question out. Why it never guesses: docs/why/rollout.md.
"""
