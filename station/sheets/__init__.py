"""Files of rows and columns, as people export them, read into one plain form: text cells with their line numbers."""
