BOT_SCOPES = {
    "app_mentions:read": "Read messages that mention the app",
    "channels:history": "Read messages in public channels the app was added to",
    "channels:join": "Join public channels of the workspace",
    "chat:write": "Send messages as the app",
    "incoming-webhook": "Post messages to specific channels in Slack",
    "users:read": "See people of the workspace",
}
USER_SCOPES = {name: text for name, text in BOT_SCOPES.items() if name != "incoming-webhook"}
