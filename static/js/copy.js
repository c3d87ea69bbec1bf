// Buttons marked data-copy="#id" copy the text of that element. Without a clipboard (plain http) it is only selected.
function select(source) {
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  select(source);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const word = button.querySelector("[data-copied]");
  word.textContent = word.dataset.copied;
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => (navigator.clipboard ? copy(button) : select(document.querySelector(button.dataset.copy))));
}
