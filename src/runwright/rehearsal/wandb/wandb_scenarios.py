"""The scenarios of a W&B server: name, and one sentence for people."""

from __future__ import annotations

SIGNED_OUT = "wandb-signed-out"
EXPIRES = "wandb-session-expires"
NOT_ADMIN = "not-admin"
PLAIN = "wandb-http"
RESTARTS_502 = "wandb-restarts-502"
RESTARTS_REFUSED = "wandb-restarts-refused"
RESTARTS_SIGNED_OUT = "wandb-restarts-signed-out"
RENAMED = "wandb-drift-renamed"
MOVED = "wandb-drift-moved"
REMOVED = "wandb-drift-removed"
DOUBLED = "wandb-drift-doubled"

SCENARIOS = {
    SIGNED_OUT: "Nobody is signed in to W&B; it wants the password.",
    EXPIRES: "The W&B session ends after six pages.",
    NOT_ADMIN: "Who is signed in to W&B is not an admin of the server.",
    PLAIN: "The W&B server answers over http alone; its https address sends people there.",
    RESTARTS_502: "After a save of its admin pages W&B answers with status 502 for 20 seconds.",
    RESTARTS_REFUSED: "After a save of its admin pages W&B refuses connections for 20 seconds.",
    RESTARTS_SIGNED_OUT: "After a save of its admin pages W&B has signed everybody out.",
    RENAMED: "The button Connect Slack is called Link Slack.",
    MOVED: "What W&B’s admin pages ask about Slack has moved: to System Connections, or to the first switch.",
    REMOVED: "W&B’s admin pages have no box for the Slack secret.",
    DOUBLED: "There are two buttons Connect Slack.",
}

ALERTS_CARD = 0.3
"""What the card Alerts holds, after its page."""
SWITCH_SAVE = 0.15
"""A switch of that card is sent off so long after it was turned."""
SAVE_TAKES_EFFECT = 0.5
"""A save of the admin pages takes effect so long after the answer that accepts it."""
RESTART_BEGINS = 0.3
"""Where a save makes the server restart, it goes down so long after the answer."""
RESTART = 20.0
"""And for so long."""
