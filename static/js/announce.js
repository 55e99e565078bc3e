// After a swap: says once, politely, what changed; gives the focus back if the swap took it away;
// opens a dialog that came to #dialog, which leaves no trace when closed.
// htmx 4 says htmx:after:settle, htmx 2 htmx:afterSettle: both are heard.
const region = document.getElementById("announcer");
const reachable = "button:not(:disabled), a[href], summary, input:not([type=hidden]), textarea, select, [tabindex]";
let last;

const say = (text) => {
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 60);
};

const settled = ({ target, detail }) => {
  const fresh = (detail.newContent || [target]).filter((node) => node.matches && node.isConnected);
  const all = (selector) => fresh.flatMap((node) => [node, ...node.querySelectorAll(selector)]).filter((node) => node.matches(selector));
  const told = all("[data-announce]")[0]?.dataset.announce;
  if (told) say(told);
  if (last && !last.isConnected && document.activeElement === document.body) {
    const seen = all(reachable).filter((node) => node.checkVisibility());
    (seen.find((node) => node.name && node.name === last.name) || seen[0])?.focus({ preventScroll: true });
    last = 0;
  }
  const dialog = document.querySelector("#dialog > dialog:not([open])");
  dialog?.addEventListener("close", () => dialog.remove());
  dialog?.showModal();
};

addEventListener("focusin", (event) => { last = event.target; });
for (const name of ["htmx:after:settle", "htmx:afterSettle"]) addEventListener(name, settled);
const flash = document.querySelector(".toast__text");
if (flash) say(flash.textContent);
