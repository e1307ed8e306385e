"""From light to codes: frame sources, decoding, and one reading per presentation. No Qt, no roster."""
