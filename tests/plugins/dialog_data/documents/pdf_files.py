"""PDF files as a text processor makes them: lines filled to the margin, headers, page numbers, bookmarks."""

from fpdf import FPDF


class Manual(FPDF):
    """A manual with a running header and page numbers.

    Args:
        header: What stands at the top of every page, where anything does.
    """

    def __init__(self, header: str = "") -> None:
        super().__init__()
        self._running = header
        self.set_font("helvetica", size=11)

    def header(self) -> None:
        if self._running:
            self.cell(text=self._running)
            self.ln(12)

    def footer(self) -> None:
        if self._running:
            self.set_y(-15)
            self.cell(text=f"Page {self.page_no()} of {{nb}}")

    def heading(self, text: str, level: int = 0) -> None:
        self.start_section(text, level=level)
        self.cell(text=text)
        self.ln(8)

    def paragraph(self, text: str) -> None:
        self.multi_cell(0, text=text, new_x="LMARGIN", new_y="NEXT")

    def made(self) -> bytes:
        return bytes(self.output())
