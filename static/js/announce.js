// Says once, politely, what a swap changed; and gives the focus back if the swap took it away.
// htmx 4 says htmx:after:settle, htmx 2 htmx:afterSettle: both are heard.
const region = document.getElementById("announcer");
let last;

const say = (text) => {
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 60);
};

const settled = ({ target, detail }) => {
  const fresh = (detail.newContent || [target]).filter((node) => node.querySelector && node.isConnected);
  const find = (selector) => fresh.map((node) => (node.matches(selector) ? node : node.querySelector(selector))).find(Boolean);
  const told = find("[data-announce]");
  if (told?.dataset.announce) say(told.dataset.announce);
  if (last && !last.isConnected && document.activeElement === document.body) {
    const same = last.name && find(`[name="${CSS.escape(last.name)}"]:not([type=hidden])`);
    (same || find("button:not(:disabled), a[href], input:not([type=hidden]), textarea, select, [tabindex]"))?.focus({ preventScroll: true });
    last = 0;
  }
};

addEventListener("focusin", (event) => { last = event.target; });
for (const name of ["htmx:after:settle", "htmx:afterSettle"]) addEventListener(name, settled);
const flash = document.querySelector(".toast__text");
if (flash) say(flash.textContent);
