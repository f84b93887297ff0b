"""What happened: growth, seasons, segments, effects and oddities of a sales history; no forecasts."""
