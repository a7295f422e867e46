"""The development server: fake tables over HTTP, on this machine alone, and only where ``APP_ENV`` is ``dev``.

`app` is what is asked for, `guard` who may ask, `workers` and `worker` where a SELECT runs, `serving` how it starts.
"""
