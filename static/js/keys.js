// Keys. What is marked data-key="c" is reached by that key, never while somebody types, and not at all where the
// reader switched single keys off (account page). Ctrl+Enter sends the form marked data-quick-send.
const OFF = "polydesk:keys-off";

function reach(wanted) {
  if (wanted.matches("[type=radio]")) {
    wanted.click();
    wanted.form.elements.body.focus();
  } else if (wanted.matches("input, textarea")) wanted.focus();
  else wanted.click();
}

function press(event) {
  const { key, target } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form?.matches("[data-quick-send]")) {
    event.preventDefault();
    target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF)) return;
  if (target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  reach(wanted);
}

document.addEventListener("keydown", press);

const box = document.querySelector("[data-keys-switch]");
if (box) {
  box.closest("[hidden]").hidden = false;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
}
