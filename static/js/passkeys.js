/* Passkeys: the browser makes or shows one, and the form sends what it says. Only a script can ask for it. */

const kinds = window.allauth?.webauthn?.forms;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const kind = form.dataset.passkey;
  const button = document.querySelector(`[data-passkey-button="${kind}"]`);
  const ids = {
    [kind]: button.id,
    credential: form.querySelector("[name=credential]").id,
    passwordless: form.querySelector("[name=passwordless]")?.id,
    data: "js_data",
  };
  button.hidden = false;
  kinds?.[`${kind}Form`]({ ids });
  // Enter in a field does what the button does.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.click();
  });
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const problem of document.querySelectorAll("[data-passkey-problem]")) problem.hidden = false;
});
