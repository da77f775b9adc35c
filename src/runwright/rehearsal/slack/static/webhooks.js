// The switch for incoming webhooks: an old kind, which must be pressed for a moment.
"use strict";
{
  const toggle = document.querySelector(".ts_toggle");
  const id = document.getElementById("app").dataset.app;
  const PRESS_MS = 80;
  let down = 0;
  const flip = async () => {
    const on = toggle.getAttribute("aria-checked") !== "true";
    const answer = await call("/api/developer.apps.setIncomingWebhooks", { id, on: String(on) });
    if (answer.ok) location.reload();
  };
  toggle.addEventListener("mousedown", () => { down = performance.now(); });
  toggle.addEventListener("mouseup", () => { if (down && performance.now() - down >= PRESS_MS) flip(); down = 0; });
  toggle.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); flip(); } });
}
