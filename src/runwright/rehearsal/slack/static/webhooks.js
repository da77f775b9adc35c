// The switch for incoming webhooks: of the old kind, which wants to be held for a moment.
"use strict";
{
  const toggle = document.querySelector(".ts_toggle");
  const id = document.getElementById("app").dataset.app;
  const HELD = 80;
  let down = 0;
  const flip = async () => {
    const on = toggle.getAttribute("aria-checked") !== "true";
    const answer = await call("/api/developer.apps.setIncomingWebhooks", { id, on: String(on) });
    if (answer.ok) location.reload();
  };
  toggle.addEventListener("mousedown", () => { down = performance.now(); });
  toggle.addEventListener("mouseup", () => { if (down && performance.now() - down >= HELD) flip(); down = 0; });
  toggle.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); flip(); } });
}
