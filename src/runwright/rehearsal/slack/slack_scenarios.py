"""The scenarios of the Slack simulator, and the delays of its pages and saves, in seconds."""

from __future__ import annotations

SCENARIOS = {
    "apps": "The Slack account already has three apps, two of them with names similar to the usual one.",
    "signed-out": "No one is signed in to Slack; sign-in requires the password.",
    "signed-out-code": "No one is signed in to Slack; sign-in requires the password and a code sent by e-mail.",
    "signed-out-factor": "No one is signed in to Slack; sign-in requires the password and an authentication code.",
    "slack-session-expires": "The Slack session expires after nine pages.",
    "cookie-banner": "A cookie banner covers Slack’s pages until it is answered.",
    "console-moved": "The page OAuth & Permissions has moved to app.slack.com, and stays empty for 30 seconds.",
    "consent-2026": "Slack’s consent page has its layout of 2026.",
    "consent-korean": "Slack’s consent page is in Korean.",
    "approval-needed": "An admin must approve the Slack app, and does not answer.",
    "approval-later": "An admin must approve the Slack app, and approves it shortly after the request.",
    "approval-refused": "An admin must approve the Slack app, and refuses.",
    "secret-regenerated": "Another person regenerates the app’s Client Secret once, after the run has read it.",
    "slack-drift-renamed": "The button Save URLs is renamed to Save Redirect URLs.",
    "slack-drift-moved": "The redirect URLs have moved below the scopes.",
    "slack-drift-removed": "The button Add New Redirect URL is missing.",
    "slack-drift-doubled": "There are two buttons Save URLs.",
}

APPS_LIST = 0.3
"""Until the list of apps arrives, after its page."""
CREATE_APP = 0.3
"""Until *Create App* is answered."""
SCOPE_LIST = 0.2
"""Until the scopes on offer arrive, after the picker was opened."""
SCOPE_SAVE = 0.15
"""Until a call that changes an app's settings is answered, such as adding a scope."""
SAVE_TAKES_EFFECT = 0.3
"""Until saved redirect URLs and address ranges take effect, after the answer that accepts them."""
SECRET = 0.15
"""Until the value that *Show* reveals arrives."""
CHANNEL_LIST = 0.3
"""Until the channels on offer on the consent page arrive."""
MESSAGES = 0.3
"""Until a channel's messages arrive, after its page."""
BANNER = 0.6
"""Until the cookie banner appears, after its page."""
HYDRATION = 30.0
"""How long a page that has moved to app.slack.com stays empty."""
DECISION = 3.0
"""Until an admin decides on a request for approval."""
