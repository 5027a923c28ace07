"""Charts of compared runs: how they look (Altair), what they show (rows), and both together.

::

    definitions  ──▶ *.json ──▶ kept       as Altair has made them; the page and the server load no Altair
         └──▶ drawn ◀── rows ◀── columns   an `alt.Chart` with its data inside, for the user

The page has its own copy of `columns` and `rows`; `tests/contract/plots.json` holds the two together.
"""
