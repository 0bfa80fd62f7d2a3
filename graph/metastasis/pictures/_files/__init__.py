"""Pictures as files: images, SVG with its tooltips, and a page that stands on its own."""
