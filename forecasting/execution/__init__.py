"""Where work runs: functions shaped like the builtin `map`, and jobs that run in the background."""
