// The search of a catalogue: looks through a list that is loaded, as a script, when the field is first used.
// A file that is opened by double-click may not fetch; nothing leaves this machine.
"use strict";
(() => {
  const MOST = 20;
  const box = document.getElementById("search");
  const field = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const list = box.querySelector("ol");
  let things = null;
  let asked = false;

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  window.ikuThings = (found) => {
    things = found.map(([title, kind, href, more]) => ({ title, kind, href, head: plain(title), all: plain(`${title} ${more}`) }));
    show();
  };

  const load = () => {
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.src = box.dataset.index;
    document.head.append(script);
  };

  // A whole title, the beginning of one, the beginning of a word in one, a part of one, anything else.
  const rank = (thing, words, whole) => {
    if (!words.every((word) => thing.all.includes(word))) return 0;
    if (thing.head === whole) return 5;
    if (thing.head.startsWith(whole)) return 4;
    if (words.every((word) => ` ${thing.head}`.includes(` ${word}`))) return 3;
    return words.every((word) => thing.head.includes(word)) ? 2 : 1;
  };

  const show = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    if (!words.length || things === null) {
      status.textContent = "";
      return;
    }
    const whole = words.join(" ");
    const found = things
      .map((thing, place) => ({ thing, place, rank: rank(thing, words, whole) }))
      .filter((one) => one.rank)
      .sort((one, other) => other.rank - one.rank || one.place - other.place);
    const told = found.length > MOST ? box.dataset.first : found.length ? box.dataset.all : box.dataset.none;
    status.textContent = told.replace("{count}", found.length).replace("{shown}", MOST);
    for (const { thing } of found.slice(0, MOST)) {
      const link = document.createElement("a");
      const kind = document.createElement("span");
      const item = document.createElement("li");
      link.href = box.dataset.root + thing.href;
      link.textContent = thing.title;
      kind.textContent = thing.kind;
      link.append(kind);
      item.append(link);
      list.append(item);
    }
  };

  const move = (by) => {
    const stops = [field, ...list.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + by];
    if (next) next.focus();
  };

  field.addEventListener("focus", load);
  field.addEventListener("input", () => { load(); show(); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") { field.value = ""; show(); field.focus(); }
    else if (event.key === "Enter" && document.activeElement === field) list.querySelector("a")?.click();
    else return;
    event.preventDefault();
  });
  box.hidden = false;
  document.getElementById("no-script")?.remove();
})();
