// A dialog that arrives in #dialog opens by itself above the page, and leaves no trace when closed.
const place = document.getElementById("dialog");

const open = () => {
  const dialog = place?.querySelector("dialog:not([open])");
  if (!dialog) return;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
};

for (const name of ["htmx:after:settle", "htmx:afterSettle"]) addEventListener(name, open);
