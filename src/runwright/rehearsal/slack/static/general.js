// Basic Information: the hint to install, Show, Regenerate, the form with Save Changes, Delete App.
"use strict";
{
  const id = document.getElementById("app").dataset.app;
  const dots = "••••••••••";

  document.querySelectorAll("[data-show]").forEach((button) => button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.show);
    if (button.textContent === "Hide") { field.value = dots; button.textContent = "Show"; return; }
    const answer = await (await fetch(`/api/developer.apps.credentials?id=${id}&which=${button.dataset.show}`)).json();
    if (!answer.ok) return;
    field.value = answer.value;
    button.textContent = "Hide"; // A guess: the real label at this point is not known.
  }));

  document.querySelectorAll("[data-regenerate]").forEach((button) => button.addEventListener("click", () =>
    Dialogs.confirm("regenerate_dialog", async () => {
      const answer = await call("/api/developer.apps.regenerate", { id, which: button.dataset.regenerate });
      if (answer.ok) location.reload();
      return answer;
    })));

  document.getElementById("delete_app").addEventListener("click", () =>
    Dialogs.confirm("delete_dialog", async () => {
      const answer = await call("/api/developer.apps.delete", { id });
      if (answer.ok) location.href = "/apps";
      return answer;
    }));

  const coach = document.getElementById("coach");
  coach?.querySelector("button").addEventListener("click", () => coach.remove());

  const fields = ["display_name", "display_description", "display_colour"].map((each) => document.getElementById(each));
  const save = document.getElementById("save");
  const discard = document.getElementById("discard");
  const changed = () => { save.disabled = discard.disabled = fields.every((each) => each.value === each.defaultValue); };
  const swatch = document.getElementById("display_swatch");
  const updateSwatch = () => { swatch.style.background = fields[2].value; };
  fields.forEach((each) => each.addEventListener("input", () => { changed(); updateSwatch(); }));
  discard.addEventListener("click", () => { fields.forEach((each) => { each.value = each.defaultValue; }); changed(); updateSwatch(); });
  save.addEventListener("click", async () => {
    save.disabled = true;
    const answer = await call("/api/developer.apps.updateInfo", { id, name: fields[0].value, description: fields[1].value, colour: fields[2].value });
    const errorField = answer.error === "invalid_colour" ? 2 : 0;
    [0, 2].forEach((at) => showMessage(fields[at].closest(".field").querySelector(".error"), at === errorField && !answer.ok ? answer.message || answer.error : ""));
    if (answer.ok) location.reload(); else changed();
  });
}
