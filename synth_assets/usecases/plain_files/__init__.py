"""Rows into files that somebody names: no dataset, manifest or layout is around them.

Files appear whole: they grow in a folder of drafts beside their place, and are renamed when all of them are done.
"""
