"""The window: pages, feedback and theme, built only on the Bulletin, the Acts and the views."""
