"""What a picture stands on: places, styles, the sheet, axes, and where words go."""
