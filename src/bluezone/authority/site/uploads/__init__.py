"""Take files that officers upload: receive, preview with every problem, decide.

`pipeline` is the three steps, `forms` the form of the first, and what its request may bring. A package that
takes files says what is in them with a `pipeline.Kind`; `officers.upload_pages` makes the pages.
"""
