// Files can be dropped on a form with a file field, or pasted into its texts: they join those chosen.
const formOf = (target) => target.closest?.("form:has(input[type=file][multiple])");
const add = (form, files) => {
  const field = form.querySelector("input[type=file][multiple]");
  const all = new DataTransfer();
  [...field.files, ...files].forEach((file) => all.items.add(file));
  field.files = all.files;
};
const joins = (event, files) => {
  const form = event.target.type !== "file" && formOf(event.target);
  if (!form || !files.length) return;
  event.preventDefault();
  add(form, files);
};

addEventListener("dragover", (event) => {
  if (formOf(event.target) && event.dataTransfer.types.includes("Files")) event.preventDefault();
});
addEventListener("drop", (event) => joins(event, event.dataTransfer.files));
addEventListener("paste", (event) => joins(event, event.clipboardData.files));
