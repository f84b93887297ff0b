"""Any sales file -> the sales frame, with a report of what was kept and why not."""
