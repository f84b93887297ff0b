"""The plan as files: spreadsheet, web page, PDF, CSV."""
