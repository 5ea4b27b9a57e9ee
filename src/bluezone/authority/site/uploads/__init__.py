"""Take files that officers upload: receive, preview with every problem, decide.

`limits` bounds what a request may bring, `pipeline` is the three steps, `forms` the form of the first. A package that
takes files says what is in them with a `pipeline.Kind`; `officers.upload_pages` makes the pages.
"""
