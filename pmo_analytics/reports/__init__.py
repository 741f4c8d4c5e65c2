"""How pages are made: packs and studies run notebooks, an exporter writes pages, publishing keeps them."""
