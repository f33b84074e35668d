"""Reading one HTML page: its tree, its main text, and what it says about itself."""
