"""The scenarios of the W&B simulator, and the delays of its pages and saves, in seconds."""

from __future__ import annotations

SIGNED_OUT = "wandb-signed-out"
EXPIRES = "wandb-session-expires"
NOT_ADMIN = "not-admin"
HTTP_ONLY = "wandb-http"
RESTARTS_502 = "wandb-restarts-502"
RESTARTS_REFUSED = "wandb-restarts-refused"
RESTARTS_SIGNED_OUT = "wandb-restarts-signed-out"
RENAMED = "wandb-drift-renamed"
MOVED = "wandb-drift-moved"
REMOVED = "wandb-drift-removed"
DOUBLED = "wandb-drift-doubled"

SCENARIOS = {
    SIGNED_OUT: "No one is signed in to W&B; sign-in requires the password.",
    EXPIRES: "The W&B session expires after six pages.",
    NOT_ADMIN: "The person who is signed in to W&B is not an admin of the server.",
    HTTP_ONLY: "The W&B server uses http only; its https address redirects to http.",
    RESTARTS_502: "After a save in its admin pages, W&B returns status 502 for 20 seconds.",
    RESTARTS_REFUSED: "After a save in its admin pages, W&B refuses connections for 20 seconds.",
    RESTARTS_SIGNED_OUT: "After a save in its admin pages, W&B ends all sessions.",
    RENAMED: "The button Connect Slack is renamed to Link Slack.",
    MOVED: "The Slack settings in W&B’s admin pages have moved: to System Connections, or to the first switch.",
    REMOVED: "W&B’s admin pages have no field for the Slack secret.",
    DOUBLED: "There are two buttons Connect Slack.",
}

ALERTS_CARD = 0.3
"""Until the content of the card Alerts arrives, after its page."""
SWITCH_SAVE = 0.15
"""Until the page sends a switch of that card, after it was turned."""
SAVE_TAKES_EFFECT = 0.5
"""Until a save in the admin pages takes effect, after the answer that accepts it."""
RESTART_BEGINS = 0.3
"""Until the server goes down for a restart, after the answer to a save."""
RESTART = 20.0
"""How long the server is down."""
