// Asks the browser for a passkey and posts its answer with the form around the button. Where the browser, or the
// address it is on, can not do that, what is marked stays hidden and the code by email is untouched.
const fromText = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (keys) => keys?.map((key) => ({ ...key, id: fromText(key.id) }));

function options({ publicKey }) {
  const asked = { ...publicKey, challenge: fromText(publicKey.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: fromText(asked.user.id) };
  if (asked.allowCredentials) asked.allowCredentials = withBytes(asked.allowCredentials);
  if (asked.excludeCredentials) asked.excludeCredentials = withBytes(asked.excludeCredentials);
  return { publicKey: asked };
}

// Not credential.toJSON(): browsers have it since 2023 and 2025 only.
function answer({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return JSON.stringify({ id, rawId: toText(rawId), type, response: Object.fromEntries(given) });
}

export function offer(holder) {
  if (!window.PublicKeyCredential || window.location.origin !== holder.dataset.origin) return;
  const form = holder.matches("form") ? holder : holder.querySelector("form");
  const button = form.querySelector("button");
  const said = holder.querySelector("[data-passkey-said]");

  async function ask() {
    const begun = await fetch(holder.dataset.begin, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      redirect: "manual", // to the sign-in page, when the sign-in has run out
    });
    if (begun.status === 403 || begun.type === "opaqueredirect") {
      window.location.assign(window.location.href); // no reload: this page may have come by a press
      return new Promise(() => {}); // until it has gone
    }
    if (!begun.ok) throw new Error(String(begun.status));
    return navigator.credentials[holder.dataset.passkey](options(await begun.json()));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    button.disabled = true;
    try {
      form.elements.credential.value = answer(await ask());
      form.submit();
    } catch (fault) {
      const words = { NotAllowedError: holder.dataset.stopped, InvalidStateError: holder.dataset.known };
      said.textContent = words[fault.name] || holder.dataset.failed;
    }
    button.disabled = false;
    button.focus();
  });

  holder.hidden = false;
  document.querySelectorAll("[data-passkey-without]").forEach((words) => (words.hidden = true));
}
