"""Paper: headings, tiles, pictures and tables on A4; the only file that knows fpdf2."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TableBordersLayout
from fpdf.fonts import FontFace

from forecasting.report.content import NOT_YET, Tile
from forecasting.report.sections import Table

FAMILY = "DejaVu"
TEXT, MUTED, LINE, HEAD = (17, 17, 17), (74, 82, 96), (213, 218, 225), (220, 234, 244)
GOOD, BAD = (0, 104, 76), (168, 67, 0)
MARGIN = 15  # mm
TILES_A_ROW = 4


class Sheet(FPDF):
    """A4 pages with the run in the footer; every text is printed as it is, never as markup."""

    def __init__(self, footer: str, made_at: datetime) -> None:
        super().__init__(orientation="portrait", format="A4")
        self._footer = footer
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 5)
        self.set_creation_date(made_at)
        self.set_draw_color(*LINE)

    def use_fonts(self, regular: Path, bold: Path) -> None:
        """Embed the two fonts everything is set in."""
        self.add_font(FAMILY, "", regular)
        self.add_font(FAMILY, "B", bold)

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self._ink(8, MUTED)
        self.cell(0, 5, self._footer, align="L")
        self.set_x(MARGIN)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    def title_block(self, title: str, scope: str, made: str) -> None:
        """Print the report's title, what it is about and when it was made."""
        self._ink(20, TEXT, bold=True)
        self._lines(title, 9)
        self._ink(9.5, MUTED)
        self._lines(scope, 5)
        self._lines(made, 5)
        self.ln(3)

    def heading(self, text: str, needs: float = 30) -> None:
        """Print a section title, on a new page when fewer than `needs` mm are left for what follows."""
        self.ln(4)
        if self.will_page_break(needs):
            self.add_page()
        self._ink(13, TEXT, bold=True)
        self._lines(text, 7)
        self.ln(1)

    def paragraph(self, text: str) -> None:
        """Print running text in the quiet colour."""
        self._ink(9, MUTED)
        self._lines(text, 4.6)
        self.ln(1)

    def bullets(self, texts: Sequence[str]) -> None:
        """Print one bullet per text."""
        self._ink(9, TEXT)
        for text in texts:
            self._lines(f"•  {text}", 5)

    def picture(self, png: bytes, description: str) -> None:
        """Print a picture across the page; `description` is what a screen reader says."""
        self.image(BytesIO(png), w=self.epw, alt_text=description)
        self.ln(2)

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Print the tiles, four beside each other."""
        for start in range(0, len(tiles), TILES_A_ROW):
            row = tiles[start : start + TILES_A_ROW]
            width = (self.epw - 4 * (TILES_A_ROW - 1)) / TILES_A_ROW
            height = max(self._tile_height(t, width) for t in row)
            top = self.get_y()
            for place, tile in enumerate(row):
                self._tile(tile, (MARGIN + place * (width + 4), top), (width, height))
            self.set_xy(MARGIN, top + height + 4)

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Print label and text side by side, or that they are not computed yet."""
        if not pairs:
            self.paragraph(NOT_YET)
            return
        self._grid([(label, text) for label, text in pairs], (50, self.epw - 50), numeric=(False, False))

    def table(self, table: Table, widths: Sequence[float]) -> None:  # type-safe name of our own
        """Print a table; its headings return on every page it continues over."""
        if not table.rows:
            self.paragraph(NOT_YET)
            return
        numeric = tuple(h.numeric for h in table.headings)
        heads = tuple(h.label for h in table.headings)
        self._grid([heads, *table.rows], widths, numeric=numeric, headed=True)
        if table.note:
            self.paragraph(table.note)
