// Dialogs: the focus moves into the dialog, stays there, and returns when it closes.
"use strict";

const Dialogs = {
  from: null,
  open(id) {
    const shown = document.querySelector(".overlay:not([hidden])");
    if (shown) shown.hidden = true; else Dialogs.from = document.activeElement;
    const overlay = document.getElementById(id);
    overlay.hidden = false;
    const first = overlay.querySelector("input:not([type=hidden]), .c-button-unstyled");
    (first || overlay.querySelector(".dialog")).focus();
    return overlay;
  },
  close() {
    const shown = document.querySelector(".overlay:not([hidden])");
    if (!shown) return;
    shown.hidden = true;
    if (Dialogs.from) Dialogs.from.focus();
  },
  // Ask for confirmation of an action that cannot be undone.
  confirm(id, act) {
    const overlay = Dialogs.open(id);
    const yes = overlay.querySelector("[data-yes]");
    showMessage(overlay.querySelector(".error"), "");
    yes.disabled = false;
    yes.onclick = async () => {
      yes.disabled = true;
      const answer = await act();
      yes.disabled = false;
      if (answer.ok) Dialogs.close(); else showMessage(overlay.querySelector(".error"), answer.message || answer.error);
    };
  },
};

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) Dialogs.close();
  const next = event.target.closest("[data-next]");
  if (next) Dialogs.open(next.dataset.next);
});

document.addEventListener("keydown", (event) => {
  const dialog = document.querySelector(".overlay:not([hidden]) .dialog");
  if (!dialog || event.defaultPrevented) return;
  if (event.key === "Escape") { Dialogs.close(); return; }
  if (event.key !== "Tab") return;
  const stops = [...dialog.querySelectorAll("a[href], button:not(:disabled), input:not(:disabled)")]
    .filter((each) => each.offsetParent !== null);
  const at = stops.indexOf(document.activeElement);
  if (event.shiftKey ? at <= 0 : at === stops.length - 1 || at < 0) {
    event.preventDefault();
    stops[event.shiftKey ? stops.length - 1 : 0]?.focus();
  }
});
