"""Where jobs are done, a module each with one constant ``RUNNER``; found by looking."""
