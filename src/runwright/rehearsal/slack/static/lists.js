// Custom list boxes: a button or a text box with a list below it. They open on real input only.
"use strict";

class List {
  // `trigger` opens `box`; `options` loads the options; `chosen` receives the picked one.
  constructor(trigger, box, { options, chosen, nothing }) {
    Object.assign(this, { trigger, box, options, chosen, nothing, typed: "", at: -1, shown: [] });
    this.editable = trigger.matches("input");
    trigger.addEventListener("click", (event) => {
      if (!event.isTrusted) return;
      if (this.open && !this.editable) this.close(); else this.show();
    });
    trigger.addEventListener("keydown", (event) => { if (event.isTrusted) this.key(event); });
    if (this.editable) {
      trigger.addEventListener("input", () => { if (this.open) this.filter(trigger.value); });
    }
    trigger.addEventListener("blur", () => this.close());
    box.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && event.isTrusted) this.pick(option);
    });
  }

  get open() { return this.trigger.getAttribute("aria-expanded") === "true"; }

  async show() {
    if (this.open) return;
    this.trigger.setAttribute("aria-expanded", "true");
    this.before = this.editable ? this.trigger.value : "";
    if (this.editable) this.trigger.select();
    this.all = this.all || (await this.options().catch(() => null));
    if (!this.all) this.close();  // loading failed: the next click tries again
    if (!this.open) return;
    this.box.hidden = false;
    const value = this.editable ? this.trigger.value : "";
    this.filter(value === this.before ? "" : value);
  }

  close() {
    if (!this.open) return;
    this.trigger.setAttribute("aria-expanded", "false");
    this.trigger.removeAttribute("aria-activedescendant");
    this.box.hidden = true;
    this.typed = "";
    if (this.editable) this.trigger.value = this.before;
  }

  filter(text) {
    if (!this.all) return;
    const filter = text.trim().toLowerCase().replace(/^#/, "");
    this.shown = this.all.filter((option) => (option.dataset.words || option.textContent).toLowerCase().includes(filter));
    this.box.replaceChildren(...this.shown);
    this.box.setAttribute("role", this.shown.length ? "listbox" : "status");  // without options it must not have the role listbox
    if (!this.shown.length) {
      const none = document.createElement("div");
      none.className = "none";
      none.textContent = this.nothing;
      this.box.append(none);
    }
    this.mark(filter && this.shown.length ? 0 : -1);
  }

  mark(at) {
    this.shown.forEach((option, index) => option.classList.toggle("active", index === at));
    this.at = at;
    if (at < 0) { this.trigger.removeAttribute("aria-activedescendant"); return; }
    this.trigger.setAttribute("aria-activedescendant", this.shown[at].id);
    this.shown[at].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const { key } = event;
    if (!this.open) {
      if (key === "ArrowDown" || key === "ArrowUp" || (!this.editable && (key === "Enter" || key === " "))) {
        event.preventDefault();
        this.show();
      } else if (this.editable && key.length === 1) this.show();
      return;
    }
    if (key === "Escape") { event.preventDefault(); this.close(); }
    else if (key === "ArrowDown") { event.preventDefault(); if (this.shown.length) this.mark((this.at + 1) % this.shown.length); }
    else if (key === "ArrowUp") { event.preventDefault(); if (this.shown.length) this.mark((this.at + this.shown.length - (this.at < 0 ? 0 : 1)) % this.shown.length); }
    else if (key === "Enter") { event.preventDefault(); if (this.at >= 0) this.pick(this.shown[this.at]); }
    else if (!this.editable && (key.length === 1 || key === "Backspace")) {
      event.preventDefault();
      this.typed = key === "Backspace" ? this.typed.slice(0, -1) : this.typed + key;
      this.filter(this.typed);
    }
  }

  pick(option) {
    (this.all || []).forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    this.close();
    this.chosen(option);
  }
}

function optionOf(id, title, text, words) {
  const option = document.createElement("div");
  option.id = id;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.words = words || title;
  const label = document.createElement("span");
  label.className = "c-select_options_list__option_label";
  label.textContent = title;
  option.append(label);
  if (text) {
    const help = document.createElement("span");
    help.className = "help";
    help.textContent = text;
    option.append(" ", help);
  }
  return option;
}
