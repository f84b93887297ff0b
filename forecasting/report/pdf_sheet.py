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
TABLE_POINTS = (7.6, 7.0, 6.4, 5.8)  # the largest at which every number keeps its line
ONE_LINE = 22  # mm: a text this short is not broken
VALUE_POINTS = (16, 15, 14, 13, 12, 11)
CELL_PADDING = 1.2  # mm on either side


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
        self._grid(pairs, (34, 66), numeric=(False, False), headed=False)

    def table(self, table: Table) -> None:
        """Print a table as wide as its content asks; its headings return on every page it continues over."""
        if not table.rows:
            self.paragraph(NOT_YET)
            return
        rows = [tuple(h.label for h in table.headings), *table.rows]
        numeric = tuple(h.numeric for h in table.headings)
        for points in TABLE_POINTS:
            widths = self._widths(rows, numeric, points)
            if sum(widths) <= self._paper.epw + 1e-6:
                break
        self._grid(rows, widths, numeric=numeric, points=points)
        if table.note:
            self._paper.ln(1)
            self.paragraph(table.note)

    def _widths(
        self, rows: Sequence[Sequence[str]], numeric: Sequence[bool], points: float
    ) -> tuple[float, ...]:
        """Return the width of every column in mm; more than the page when this size does not fit.

        Numbers and short words stay on one line. Long texts share what is left by the root
        of their length, so that a name keeps room beside a sentence five times as long.
        """
        columns = list(zip(*rows, strict=True))
        needs = [self._need(column, points) for column in columns]
        long = [not number and need > ONE_LINE for number, need in zip(numeric, needs, strict=True)]
        room = self._paper.epw - sum(need for need, wraps in zip(needs, long, strict=True) if not wraps)
        if not any(long):
            return tuple(need + room / len(needs) for need in needs) if room > 0 else tuple(needs)
        roots = [need**0.5 if wraps else 0.0 for need, wraps in zip(needs, long, strict=True)]
        shares = [max(room * root / sum(roots), ONE_LINE) for root in roots]
        return tuple(s if wraps else need for s, need, wraps in zip(shares, needs, long, strict=True))

    def _need(self, column: Sequence[str], points: float) -> float:
        """Return the mm a column needs to stay on one line; its heading may take two."""
        heading, *cells = column
        self._ink(points, TEXT, bold=True)
        words = heading.split()
        halves = [(words[:cut], words[cut:]) for cut in range(1, len(words))] or [(words, [])]
        heads = [max(self._paper.get_string_width(" ".join(half)) for half in pair) for pair in halves]
        self._ink(points, TEXT)
        return (
            max(min(heads), *(self._paper.get_string_width(cell) for cell in cells)) + 2 * CELL_PADDING + 0.5
        )

    def _grid(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        numeric: Sequence[bool],
        points: float = 9,
        headed: bool = True,
    ) -> None:
        self._ink(points, TEXT)
        self._paper.set_draw_color(*LINE)
        self._paper.set_fill_color(255)
        with self._paper.table(
            rows,
            borders_layout="HORIZONTAL_LINES",
            col_widths=tuple(widths),
            first_row_as_headings=headed,
            num_heading_rows=int(headed),
            headings_style=FontFace(emphasis="BOLD", fill_color=HEAD, color=TEXT),
            line_height=points * 0.5,
            padding=(1.1, CELL_PADDING),
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
        value_points = self._largest(tile.value, width - 5)
        lines = (
            (tile.label, 8.5, MUTED, 4.2),
            (tile.value, value_points, TEXT, 8.0),
            (MARKS[tile.good] + tile.baseline if tile.baseline else "", 8, TONES[tile.good], 4.0),
        )
        for text, points, colour, line_height in lines:
            self._ink(points, colour, bold=points == value_points)
            paper.set_xy(left + 1.5, top + used)
            used += paper.multi_cell(
                width - 3, line_height, text or " ", align="L", dry_run=dry, output="HEIGHT"
            )
        return used + 2

    def _largest(self, text: str, width: float) -> float:
        """Return the size at which a tile's number stays on one line."""
        for points in VALUE_POINTS:
            self._ink(points, TEXT, bold=True)
            if self._paper.get_string_width(text) <= width:
                break
        return points

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
