"""Why a code in view is not read."""
