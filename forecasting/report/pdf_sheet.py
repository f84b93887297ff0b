"""Paper: headings, tiles, pictures and tables on A4; the only file that knows fpdf2."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace

from forecasting.report.content import NOT_YET, Tile
from forecasting.report.sections import Table

FAMILY = "DejaVu"
TEXT, MUTED, LINE, HEAD, CARD = (17, 17, 17), (74, 82, 96), (213, 218, 225), (220, 234, 244), (245, 247, 250)
TONES = {True: (0, 104, 76), False: (168, 67, 0), None: MUTED}
MARKS = {True: "✓ ", False: "! ", None: ""}  # never colour alone
MARGIN = 15  # mm
TILES_A_ROW = 4
GAP = 4  # mm between tiles


class Sheet:
    """A4 pages with the run in the footer; every text is printed as it is, never as markup."""

    def __init__(self, footer: str, made_at: datetime, fonts: tuple[Path, Path]) -> None:
        self._paper = FPDF(orientation="portrait", format="A4")
        self._footer = footer
        self._paper.footer = self._print_footer
        self._paper.set_margins(MARGIN, MARGIN)
        self._paper.set_auto_page_break(auto=True, margin=MARGIN + 5)
        self._paper.set_creation_date(made_at)
        for style, file in zip(("", "B"), fonts, strict=True):
            self._paper.add_font(FAMILY, style, file)
        self._paper.add_page()

    def to_bytes(self, title: str) -> bytes:
        """Return the finished document."""
        self._paper.set_title(title)
        self._paper.set_lang("en")
        return bytes(self._paper.output())

    def title_block(self, title: str, scope: str, made: str) -> None:
        """Print the report's title, what it is about and when it was made."""
        self._ink(20, TEXT, bold=True)
        self._lines(title, 9)
        self._paper.ln(1)
        self._ink(9.5, MUTED)
        self._lines(scope, 5)
        self._lines(made, 5)
        self._paper.ln(4)

    def heading(self, text: str, needs: float = 35) -> None:
        """Print a section title, on a new page when fewer than `needs` mm are left for what follows."""
        self._paper.ln(3)
        if self._paper.will_page_break(needs):
            self._paper.add_page()
        self._ink(13, TEXT, bold=True)
        self._lines(text, 7)
        self._paper.ln(1)

    def paragraph(self, text: str) -> None:
        """Print running text in the quiet colour."""
        self._ink(9, MUTED)
        self._lines(text, 4.6)
        self._paper.ln(1)

    def bullets(self, texts: Sequence[str]) -> None:
        """Print one bullet per text."""
        self._ink(9, TEXT)
        for text in texts:
            self._lines(f"•  {text}", 5)

    def picture(self, png: bytes, description: str) -> None:
        """Print a picture across the page; `description` is what a screen reader says."""
        self._paper.image(BytesIO(png), w=self._paper.epw, alt_text=description)
        self._paper.ln(2)

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Print the tiles, four beside each other, as high as the longest of their row needs."""
        width = (self._paper.epw - GAP * (TILES_A_ROW - 1)) / TILES_A_ROW
        for start in range(0, len(tiles), TILES_A_ROW):
            row, here = tiles[start : start + TILES_A_ROW], self._paper.get_y()
            height = max(self._tile(tile, (MARGIN, 0), (width, 0), dry=True) for tile in row)
            self._paper.set_y(here)
            if self._paper.will_page_break(height):
                self._paper.add_page()
            top = self._paper.get_y()
            for place, tile in enumerate(row):
                self._tile(tile, (MARGIN + place * (width + GAP), top), (width, height))
            self._paper.set_xy(MARGIN, top + height + GAP)

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Print label and text side by side, or that they are not computed yet."""
        if not pairs:
            self.paragraph(NOT_YET)
            return
        self._grid(pairs, (28, 72), numeric=(False, False), headed=False)

    def table(self, table: Table, widths: Sequence[float] = ()) -> None:
        """Print a table; its headings return on every page it continues over.

        `widths` are shares of the page, one per column; without them text gets twice the room of numbers.
        """
        if not table.rows:
            self.paragraph(NOT_YET)
            return
        numeric = tuple(h.numeric for h in table.headings)
        shares = widths if len(widths) == len(numeric) else [1 if n else 2 for n in numeric]
        self._grid(
            [tuple(h.label for h in table.headings), *table.rows], shares, numeric=numeric, headed=True
        )
        if table.note:
            self._paper.ln(1)
            self.paragraph(table.note)

    def _grid(
        self, rows: Sequence[Sequence[str]], widths: Sequence[float], *, numeric: Sequence[bool], headed: bool
    ) -> None:
        self._ink(7.6 if headed else 9, TEXT)
        self._paper.set_draw_color(*LINE)
        self._paper.set_fill_color(255)
        with self._paper.table(
            rows,
            borders_layout="HORIZONTAL_LINES",
            col_widths=tuple(widths),
            first_row_as_headings=headed,
            num_heading_rows=int(headed),
            headings_style=FontFace(emphasis="BOLD", fill_color=HEAD, color=TEXT),
            line_height=3.7 if headed else 4.8,
            padding=(1.1, 1.2),
            text_align=tuple("RIGHT" if n else "LEFT" for n in numeric),
            v_align="TOP",
            width=self._paper.epw,
        ):
            pass
        self._paper.ln(1)

    def _tile(
        self, tile: Tile, corner: tuple[float, float], size: tuple[float, float], *, dry: bool = False
    ) -> float:
        """Return the height the tile needs in mm, and print it unless `dry`."""
        left, top = corner
        width, height = size
        paper = self._paper
        if not dry:
            paper.set_draw_color(*LINE)
            paper.set_fill_color(*CARD)
            paper.rect(left, top, width, height, style="DF", round_corners=True, corner_radius=2)
        used = 2.5
        lines = (
            (tile.label, 8.5, MUTED, 4.2),
            (tile.value, 16, TEXT, 8.0),
            (MARKS[tile.good] + tile.baseline if tile.baseline else "", 8, TONES[tile.good], 4.0),
        )
        for text, points, colour, line_height in lines:
            self._ink(points, colour, bold=points == 16)
            paper.set_xy(left + 1.5, top + used)
            used += paper.multi_cell(
                width - 3, line_height, text or " ", align="L", dry_run=dry, output="HEIGHT"
            )
        return used + 2

    def _print_footer(self) -> None:
        self._paper.set_y(-MARGIN)
        self._ink(8, MUTED)
        self._paper.cell(0, 5, self._footer, align="L")
        self._paper.set_x(MARGIN)
        self._paper.cell(0, 5, f"page {self._paper.page_no()} of {{nb}}", align="R")

    def _lines(self, text: str, height: float) -> None:
        self._paper.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def _ink(self, points: float, colour: tuple[int, int, int], *, bold: bool = False) -> None:
        self._paper.set_font(FAMILY, "B" if bold else "", points)
        self._paper.set_text_color(*colour)
