"""What was chosen for a file is kept under its shape, for all projects, until somebody forgets it."""

from forecasting.ingest.options import ImportOptions, Roles
from forecasting.store.projects import open_store
from tests.store.conftest import LATER, NOW, rows

CHOSEN = ImportOptions(
    roles=Roles(("store", "item"), "day", "pieces"), returns="drop", date_order="day-first"
)
SHAPE = "a" * 64


def test_choices_come_back_as_they_were_made_after_a_restart(store, url):
    store.remember_choices(SHAPE, CHOSEN.as_dict(), now=NOW)
    store.close()
    reopened = open_store(url)
    found, when = reopened.choices(SHAPE)
    assert ImportOptions.from_dict(found) == CHOSEN
    assert when == NOW
    reopened.close()


def test_the_last_choice_for_a_shape_counts_and_others_keep_theirs(store):
    store.remember_choices("other", {}, now=NOW)
    store.remember_choices(SHAPE, CHOSEN.as_dict(), now=NOW)
    store.remember_choices(SHAPE, {"returns": "net"}, now=LATER)
    assert store.choices(SHAPE) == ({"returns": "net"}, LATER)
    assert store.choices("other") == ({}, NOW)


def test_what_was_forgotten_is_gone_and_forgetting_twice_is_no_error(store, path):
    store.remember_choices(SHAPE, CHOSEN.as_dict(), now=NOW)
    for _ in "xy":
        store.forget_choices(SHAPE)
    assert store.choices(SHAPE) is None
    assert rows(path, "SELECT count(*) FROM shapes") == [(0,)]


def test_choices_outlive_the_project_they_were_made_for(store, project):
    store.remember_choices(SHAPE, CHOSEN.as_dict(), now=NOW)
    store.delete(project)
    assert store.choices(SHAPE) is not None
