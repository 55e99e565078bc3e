// The keys of triage, while one is not typing: j and k walk the list, e and s go to the answer, m merges, x ticks.
const rows = () => [...document.querySelectorAll(".triage__row")];
const current = () => rows().findIndex((row) => row.hasAttribute("aria-current"));
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

const keys = {
  j: () => rows()[current() + 1]?.querySelector("a")?.click(),
  k: () => rows()[current() - 1]?.querySelector("a")?.click(),
  e: () => document.getElementById("answer-text")?.focus(),
  s: () => document.getElementById("answer-to")?.focus(),
  m: () => document.querySelector('[data-key="m"]')?.click(),
  x: () => rows()[current()]?.querySelector("input")?.click(),
  "?": () => document.querySelector(".keys")?.toggleAttribute("open"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
