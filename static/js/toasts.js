// Toasts leave by themselves (the style sheet times and pauses them) or by their button. A request lost on the way shows one.
const toasts = document.querySelector(".toasts");
const lost = document.getElementById("lost");

toasts.addEventListener("click", ({ target }) => {
  if (target.closest(".toast__close")) target.closest(".toast").remove();
});
toasts.addEventListener("animationend", ({ target, animationName }) => {
  if (animationName === "toast-out") target.remove();
});
for (const name of ["htmx:error", "htmx:sendError", "htmx:timeout"]) addEventListener(name, ({ detail }) => {
  if (!toasts.querySelector("[data-lost]") && !detail.errorInfo) toasts.append(lost.content.cloneNode(true));
});
