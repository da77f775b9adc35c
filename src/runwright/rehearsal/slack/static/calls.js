// Calls to the server, and an alert for parts that are not replicated.
"use strict";

async function call(method, values) {
  const form = new URLSearchParams({ crumb: document.body.dataset.crumb });
  for (const [name, value] of Object.entries(values)) {
    for (const each of Array.isArray(value) ? value : [value]) form.append(name, each);
  }
  try {
    const answer = await fetch(method, { method: "POST", body: form });
    if (!answer.ok) throw new Error(answer.status);
    return await answer.json();
  } catch {
    return { ok: false, error: "request_failed", message: "That did not work. Please try again." };
  }
}

function showMessage(element, text) {
  element.textContent = text || "";
  element.hidden = !text;
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-unbuilt]");
  if (target) alert("This part is not in the simulator.");
});
