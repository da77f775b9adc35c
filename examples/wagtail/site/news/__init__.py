"""An app of news pages, to have something to publish."""
