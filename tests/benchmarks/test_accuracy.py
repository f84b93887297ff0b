"""A set is measured again without asking every peer again, and its table says so."""

from benchmarks.accuracy import beside_older


def record(when, rows, origins=("2024-01-01",)):
    table = [{"model": model, "wql": wql, "cost": cost} for model, wql, cost in rows]
    return {"machine": {"measured": when}, "origins": list(origins), "rows": table, "against_peers": []}


OLDER = record("monday", [("chosen", 0.30, 90.0), ("theta", 0.10, 80.0), ("sf_seasonal_naive", 0.5, 99.0)])


def test_peers_that_were_not_asked_keep_their_rows_and_their_date():
    now = record("friday", [("chosen", 0.20, 70.0), ("sf_seasonal_naive", 0.4, 98.0)])
    after = beside_older(now, OLDER)
    assert [row["model"] for row in after["rows"]] == ["chosen", "sf_seasonal_naive"]  # theta is also ours
    named = [row | {"model": "sf_theta"} if row["model"] == "theta" else row for row in OLDER["rows"]]
    after = beside_older(now, OLDER | {"rows": named})
    assert [row["model"] for row in after["rows"]] == ["sf_theta", "chosen", "sf_seasonal_naive"]
    assert [row.get("measured") for row in after["rows"]] == ["monday", None, None]
    assert after["against_peers"][0] == "WQL: chosen 0.2000, sf_theta 0.1000 (+100.0%): NOT better"


def test_rows_of_other_origins_are_not_mixed_in():
    now = record("friday", [("chosen", 0.20, 70.0)], origins=["2024-02-01"])
    assert beside_older(now, OLDER) == now
