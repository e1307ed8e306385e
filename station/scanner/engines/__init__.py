"""The engines that read codes, and what their answers are worth."""
