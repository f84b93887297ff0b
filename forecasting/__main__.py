"""`python -m forecasting`: the command line."""

from forecasting.cli import main

if __name__ == "__main__":
    main()
