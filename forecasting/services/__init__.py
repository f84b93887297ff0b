"""The use cases that join the parts, one verb each: open, compute, evaluate, plan, value, report, write."""
