"""Speed, accuracy, latency, memory: commands that print a table and save it; never timed tests."""
