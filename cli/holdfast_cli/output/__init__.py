"""How results look: text out of data, nothing is read or decided here."""
