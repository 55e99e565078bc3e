// The footer's light, dark or auto at once; the form keeps it for the next page. Heard first, so that no other listener takes it for sent.
addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (submitter?.name !== "theme") return;
  event.preventDefault();
  document.documentElement.dataset.theme = submitter.value;
  for (const button of form.querySelectorAll("[name=theme]")) button.setAttribute("aria-pressed", button === submitter);
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)), redirect: "manual" });
}, true);
