"""The station's own reader of ruined QR codes."""
