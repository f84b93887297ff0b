"""The command line as a person calls it: in a process of its own; what it refuses, in this one."""

import contextlib
import io
import json
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from forecasting.cli import main
from tests.conftest import ROOT, real_data

QUICK = ["--models", "seasonal_naive,moving_average", "--horizon", "14", "--folds", "2", "--workers", "1"]


def call(*arguments):
    command = [sys.executable, "-m", "forecasting", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture
def refused(monkeypatch):
    """The command without a process of its own, which takes longer to start than a refusal to be said."""

    def ask(*arguments):
        monkeypatch.setattr(sys, "argv", ["forecasting", *map(str, arguments)])
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            main()
        return subprocess.CompletedProcess(sys.argv, end.value.code, out.getvalue(), err.getvalue())

    return ask


@pytest.fixture(scope="module")
def sales(tmp_path_factory):
    ds = pd.date_range("2025-01-01", periods=120, freq="D")
    rows = [
        {"Date": d, "Store": s, "Item": i, "Units": (k % 7 + 1) * w, "Promo": k % 5 == 0}
        for s, w in (("Centre", 2), ("Harbour", 3))
        for i in ("0042", "=1+1")
        for k, d in enumerate(ds)
    ]
    path = tmp_path_factory.mktemp("cli") / "sales.csv"
    pd.DataFrame(rows).to_csv(path, index=False, sep=";")
    return path


def test_inspect_prints_how_a_file_is_read(sales):
    answer = call("inspect", sales, "--columns", "unique_id=Store+Item,ds=Date,y=Units", "--json")
    report = json.loads(answer.stdout)
    assert answer.returncode == 0
    parts = "format columns rows series start end frequency total_units questions warnings"
    assert set(report) == set(parts.split())
    assert report["rows"] == {"read": 480, "kept": 480, "dropped": []}
    assert (report["series"], report["frequency"], report["start"]) == (4, "D", "2025-01-01")


def test_inspect_names_the_part_of_each_column_that_plays_one(sales):
    lines = call("inspect", sales).stdout.splitlines()
    assert "columns: series Store + Item; date Date; units Units." in lines


def test_a_plan_says_which_rows_it_left_out_and_that_its_money_rests_on_nobodys_costs(sales, tmp_path):
    (tmp_path / "sales.csv").write_text(sales.read_text() + "2025-04-30;Centre;0042;lots;False\n")
    plan = call("plan", tmp_path / "sales.csv", *QUICK, "--out", tmp_path / "out")
    assert plan.returncode == 0, plan.stderr
    assert "note: 1 row left out: units not a number." in plan.stderr
    assert "placeholder costs, not on yours" in plan.stderr
    own = call("backtest", sales, *QUICK, "--overstock", "1", "--understock", "3", "--out", tmp_path / "own")
    assert own.returncode == 0, own.stderr
    assert "placeholder" not in own.stderr


def test_money_is_in_the_currency_the_file_says_unless_another_is_asked_for(sales, tmp_path):
    head, *rows = sales.read_text().splitlines()
    (tmp_path / "sales.csv").write_text("\n".join([f"{head};Price", *(f"{r};£3.50" for r in rows)]))
    for asked, said in ((), "GBP"), (("--currency", "USD"), "USD"):
        answer = call("backtest", tmp_path / "sales.csv", *QUICK, *asked, "--out", tmp_path / said)
        assert answer.returncode == 0, answer.stderr
        assert json.loads((tmp_path / said / "run.json").read_text())["settings"]["currency"] == said


def test_the_rules_of_reading_are_options(tmp_path):
    lines = ["date;item;units", *(f"2024-01-{d:02d};Ä;3" for d in range(1, 29) if d not in (9, 10))]
    (tmp_path / "old.csv").write_bytes("\n".join([*lines, lines[-1], "2024-01-05;Ä;-1"]).encode("cp1252"))
    rules = ["--encoding", "cp1252", "--returns", "drop", "--duplicates", "drop_exact", "--gaps", "zero"]
    report = json.loads(call("inspect", tmp_path / "old.csv", *rules, "--frequency", "W", "--json").stdout)
    assert report["format"]["encoding"] == "cp1252"
    assert {d["reason"]: d["count"] for d in report["rows"]["dropped"]} == {
        "exact duplicate": 1,
        "negative quantity (returns left out)": 1,
    }
    assert (report["frequency"], report["total_units"], report["questions"]) == ("W-MON", 78, [])


@pytest.mark.parametrize(("command", "option"), [("inspect", "--encoding"), ("plan", "--gaps")])
def test_a_rule_that_does_not_exist_is_one_line(refused, sales, tmp_path, command, option):
    out = ["--out", tmp_path / "out"] if command == "plan" else []
    answer = refused(command, sales, option, "nonsense", *out)
    assert answer.returncode == 2
    assert "nonsense" in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_plan_writes_every_file_and_the_same_seed_the_same_bytes(sales, tmp_path):
    for name in ("one", "two"):
        answer = call("plan", sales, "--drivers", "Promo", *QUICK, "--out", tmp_path / name)
        assert answer.returncode == 0, answer.stderr
    written = {p.name for p in (tmp_path / "one").iterdir()}
    assert written == {
        "backtest.parquet", "cumulative.parquet", "scores.csv", "leaderboard.csv", "choice.csv",
        "run.json", "forecast.csv", "orders.csv", "report.xlsx", "report.html", "report.pdf",
    }  # fmt: skip
    for name in ("scores.csv", "leaderboard.csv", "choice.csv", "forecast.csv", "orders.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()

    backtest = pd.read_parquet(tmp_path / "one" / "backtest.parquet")
    assert set(backtest["model"]) == {"seasonal_naive", "moving_average", "ensemble", "chosen"}
    assert {"model", "unique_id", "cutoff", "ds", "h", "mean", "q0.05", "q0.95", "y"} <= set(backtest)
    assert backtest["ds"].max() - backtest["cutoff"].max() == pd.Timedelta(days=14)
    assert backtest.groupby(["model", "cutoff"])["unique_id"].nunique().eq(4).all()
    orders = pd.read_csv(tmp_path / "one" / "orders.csv", encoding="utf-8-sig")
    assert orders["reason"].str.startswith("Order ").all()


def test_the_same_orders_asked_otherwise_are_a_file_and_a_table(sales, tmp_path):
    answer = call("backtest", sales, *QUICK, "--reformulate", "--out", tmp_path / "out")
    assert answer.returncode == 0, answer.stderr
    ways = pd.read_csv(tmp_path / "out" / "reformulations.csv", encoding="utf-8-sig")
    assert set(ways["grain"]) == {"day", "week", "month"}
    assert set(ways["form"]) == {"distribution", "point", "question"}
    assert ways["gain"].tolist() == pytest.approx((ways["cost"].iloc[0] - ways["cost"]).tolist(), abs=1e-6)
    assert all(way in answer.stdout for way in ways["way"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--columns", "unique_id=Shop,ds=Date,y=Units"], "no column 'Shop'"),
        (["--models", "oracle"], "no model oracle"),
        (["--horizon", "400"], "shorter horizon"),
        (["--lead-time", "90"], "forecast at least 97 days"),
        (["--understock", "-1"], "-1"),
        (["--bogus", "1"], "No such option"),
        (["--seed", "x"], "--seed"),
        (["--step", "0"], "step must be at least 1"),
        (["--workers", "0"], "At least 1 worker"),
        (["--dask", "nonsense"], "no address of a Dask scheduler"),
        (["--dask", "foo://bar:99"], "no address of a Dask scheduler"),
        (["--drivers", "Promo", "--strict-drivers"], "does not give promo on 28 of 28 dates"),
    ],
)
def test_bad_options_are_one_line_and_leave_nothing(refused, sales, tmp_path, arguments, words):
    answer = refused("plan", sales, *arguments, "--out", tmp_path / "out")
    assert answer.returncode == 2
    assert words in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_may_be_named_by_the_environment(refused, sales, tmp_path, monkeypatch):
    monkeypatch.setenv("SHELFWISE_DASK", "nowhere at all")
    answer = refused("plan", sales, "--out", tmp_path / "out")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert "'nowhere at all' is no address of a Dask scheduler" in answer.stderr


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("0042,10,4,12,2\n=1+1,10,4,12,2", "Row 2 of the items file: Salvage 12 is above the unit cost 4"),
        ("0042,10,4,1,60\n=1+1,10,4,1,60", "its order must last 67 days"),
        ("", "is empty"),
    ],
)
@pytest.mark.parametrize("command", ["backtest", "plan"])
def test_items_of_which_none_can_be_ordered_are_one_line_before_anything_long(
    refused, sales, tmp_path, command, rows, words
):
    items = tmp_path / "items.csv"
    items.write_text(rows and f"Item,price,unit_cost,salvage,lead_time\n{rows}\n")
    answer = refused(command, sales, "--items", items, "--out", tmp_path / "out")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert words in answer.stderr
    assert list(tmp_path.iterdir()) == [items]


@pytest.fixture(scope="module")
def costs(tmp_path_factory):
    path = tmp_path_factory.mktemp("costs") / "costs.csv"
    path.write_text("label;one_off;yearly;source;confidence\nBuild;1.200,50;;ten days;quote\nUpkeep;;;;\n")
    return path


def test_value_prints_the_staircase_and_writes_what_it_rests_on(sales, costs, tmp_path):
    answer = call("value", sales, "--costs", costs, *QUICK, "--out", tmp_path / "out")
    assert answer.returncode == 0, answer.stderr
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"staircase.csv", "replay.csv", "case.json"}
    stairs = pd.read_csv(tmp_path / "out" / "staircase.csv", encoding="utf-8-sig").set_index("step")
    audit = pd.read_csv(tmp_path / "out" / "replay.csv", encoding="utf-8-sig")
    case = json.loads((tmp_path / "out" / "case.json").read_text())
    assert list(stairs.index) == ["today", "same", "ours", "perfect"]
    assert stairs.loc["ours", "label"] == "forecast value"
    assert stairs["money"].iloc[1:].tolist() == pytest.approx((-stairs["cost"].diff()).iloc[1:].tolist())
    assert audit.groupby("step")["money"].sum()["ours"] == pytest.approx(stairs.loc["ours", "cost"])
    assert set(audit.columns) >= {"unique_id", "block", "step", "sold", "lost", "wasted", "held", "money"}
    assert (case["annualised"], case["npv"], case["p_gain_above_cost"]) == (False, None, None)
    assert case["partial_cost"]
    assert case["models_tried"] == 3
    assert "forecast value" in answer.stdout
    assert "Not annualised" in answer.stdout
    assert "Shelfwise's placeholder costs" in answer.stdout  # no item has a price
    assert "Nobody said how you order today" in answer.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,amount\nBuild,1\n", "needs the columns label"),
        ("label,one_off\nBuild,-5\n", "one_off of Build reads '-5'"),
        ("label,yearly\nBuild,about ten\n", "row 2: yearly of Build reads 'about ten'"),
        ("label,yearly,confidence\nBuild,1,sure\n", "write quote, estimate or guess"),
    ],
)
def test_costs_that_cannot_be_read_are_one_line_before_anything_long(refused, sales, tmp_path, text, words):
    (tmp_path / "costs.csv").write_text(text)
    answer = refused("value", sales, "--costs", tmp_path / "costs.csv", "--out", tmp_path / "out")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert words in answer.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--today", "manager_plan"], "needs a column manager_plan"),
        (["--step", "30", "--folds", "1"], "no forecast exists"),
        (["--adoption", "7"], "Adoption is 7"),
        (["--cover", "-2"], "Today's cover is -2"),
    ],
)
def test_a_value_that_cannot_be_given_is_one_line(refused, sales, tmp_path, arguments, words):
    answer = refused("value", sales, *QUICK, *arguments, "--out", tmp_path / "out")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert words in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_cluster_that_does_not_answer_is_one_line_and_leaves_nothing(sales, tmp_path):
    answer = call("plan", sales, "--dask", "tcp://127.0.0.1:1", "--out", tmp_path / "out")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert "No Dask scheduler answered" in answer.stderr
    assert "run on this computer" in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_interrupted_command_goes_on_with_its_finished_batches(sales, tmp_path):
    # A shell that runs tests in the background has them ignore Ctrl-C; a person's does not.
    listening = "import signal as s; s.signal(s.SIGINT, s.default_int_handler)"
    start = f"{listening}; from forecasting.cli import main; main()"
    command = [sys.executable, "-c", start, "backtest", str(sales), *QUICK, "--out"]
    command[command.index("seasonal_naive,moving_average")] = "seasonal_naive,prophet"
    running = subprocess.Popen([*command, str(tmp_path / "out")], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    kept = tmp_path / ".out.unfinished"
    while running.poll() is None and len(list(kept.glob("*.zip"))) < 6:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    said = running.communicate()[1]
    assert running.returncode == 130
    assert f"Finished batches wait in {kept}" in said
    assert len(list(kept.glob("*.zip"))) >= 6

    for name in ("out", "whole"):
        answer = subprocess.run([*command, str(tmp_path / name)], cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "whole"]
    for name in ("scores.csv", "leaderboard.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_missing_file_is_one_line():
    answer = call("inspect", "nowhere.csv")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)


@pytest.mark.data
def test_a_real_file_is_understood_by_guess_alone():
    report = json.loads(call("inspect", real_data("bench/rossmann.csv.gz"), "--json").stdout)
    assert report["columns"]["unique_id"] == ["Store"]
    assert (report["series"], report["frequency"]) == (50, "D")
