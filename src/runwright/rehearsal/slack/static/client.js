// A channel: its messages, polling for new ones, and the text box.
"use strict";
{
  const list = document.getElementById("messages");
  const EVERY = 700;
  let last = 0;
  const made = (tag, kind, text) => Object.assign(document.createElement(tag), { className: kind, textContent: text || "" });

  const plain = (text) => String(text ?? "")
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, "$2").replace(/<(https?:[^>]+)>/g, "$1")
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

  function attachment(data) {
    const box = made("div", "attachment");
    const named = { danger: "#a30200", warning: "#daa038", good: "#2eb67d" };
    const colour = data.color || "";
    box.style.borderLeftColor = named[colour] || (/^#?[0-9a-f]{6}$/i.test(colour) ? `#${colour.replace("#", "")}` : "#ddd");
    if (data.pretext) box.append(made("div", "pretext", plain(data.pretext)));
    if (data.title) {
      const link = /^https?:/.test(data.title_link || "");
      const title = made(link ? "a" : "div", "title", plain(data.title));
      if (link) title.href = data.title_link;
      box.append(title);
    }
    if (data.text) box.append(made("div", "text", plain(data.text)));
    if (Array.isArray(data.fields)) {
      const grid = made("div", "fields");
      for (const each of data.fields) {
        const field = made("div", each.short === false ? "wide" : "");
        field.append(made("b", "", plain(each.title)), made("div", "", plain(each.value)));
        grid.append(field);
      }
      box.append(grid);
    }
    return box;
  }

  function message(data) {
    const row = made("div", data.subtype === "bot_add" ? "message joined" : "message");
    const head = made("div", "head");
    head.append(made("b", "", data.author), ...(data.subtype === "bot_message" ? [made("em", "", "APP")] : []), made("time", "", data.time));
    row.append(head);
    if (data.text) row.append(made("div", "text", plain(data.text)));
    data.attachments.forEach((each) => row.append(attachment(each)));
    for (const block of data.blocks) {
      const texts = [block.text, ...(block.fields || []), ...(block.elements || [])];
      texts.filter((each) => each && typeof each.text === "string").forEach((each) => row.append(made("div", "text", plain(each.text))));
    }
    return row;
  }

  async function poll() {
    try {
      const answer = await (await fetch(`${list.dataset.path}?after=${last}`)).json();
      for (const data of answer.messages || []) {
        if (data.number <= last) continue;
        last = data.number;
        list.append(message(data));
        list.scrollTop = list.scrollHeight;
      }
    } catch { /* the next poll may succeed */ }
    setTimeout(poll, EVERY);
  }
  poll();

  const box = document.getElementById("write");
  box.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    const text = box.value.trim();
    if (text && (await call(list.dataset.path, { text })).ok) box.value = "";
  });
}
