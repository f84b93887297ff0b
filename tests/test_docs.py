"""What the documents say must be there."""

import re

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_every_page_is_named_in_the_readme():
    for page in (ROOT / "pages").glob("*.py"):
        assert f"**{page.stem.capitalize()}**" in README, page.name


def test_every_folder_of_the_product_is_named_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text()
    for folder in (ROOT / "forecasting").iterdir():
        if folder.is_dir() and not folder.name.startswith("__"):
            assert f"forecasting/{folder.name}" in text, folder.name


def test_every_make_command_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`?make (\w+)", README)):
        assert re.search(rf"^{target}:", makefile, flags=re.M), target


def test_every_picture_of_the_readme_is_there():
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).stat().st_size > 10_000
