// Adds a row to a Django formset in place. Without scripts the same button posts the form, and the
// server answers with one more row.

for (const form of document.querySelectorAll("[data-rows]")) {
  const list = form.querySelector("[data-rows-list]");
  const template = form.querySelector("[data-rows-template]");
  const add = form.querySelector("[data-rows-add]");
  const total = form.querySelector('input[name$="-TOTAL_FORMS"]');
  const most = Number(form.querySelector('input[name$="-MAX_NUM_FORMS"]').value);

  add.addEventListener("click", (event) => {
    event.preventDefault();
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.firstElementChild;
    list.append(row);
    total.value = Number(total.value) + 1;
    add.disabled = Number(total.value) >= most;
    row.querySelector("select, input, textarea").focus();
  });
}
