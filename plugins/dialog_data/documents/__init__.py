"""Long documents as knowledge: Markdown, plain text, HTML and PDF, cut into passages along their headings."""
