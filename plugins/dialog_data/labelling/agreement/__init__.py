"""How far people agree who have labelled the same texts, and with themselves."""
