// Suggests practices while a code or part of a name is typed. The server accepts whatever is in the box, so a
// person who ignores the suggestions, or whose network is slow, loses nothing.
import accessibleAutocomplete from "accessible-autocomplete";

const LEAST_LETTERS = 3;
const WAIT_MS = 200;

export function enhance(input) {
  const label = document.querySelector(`label[for="${input.id}"]`);
  const { id, name, value } = input;
  const described = input.getAttribute("aria-describedby") || "";
  const invalid = input.getAttribute("aria-invalid");
  const typing = document.activeElement === input; // somebody who began before this script came goes on
  const holder = document.createElement("div");
  holder.className = "app-lookup";
  const told = document.createElement("p"); // above the box, where the list does not cover it
  told.className = "nhsuk-hint app-lookup__more";
  told.setAttribute("role", "status");
  input.before(told, holder);
  input.remove();

  accessibleAutocomplete({
    element: holder,
    id,
    name,
    defaultValue: value,
    minLength: LEAST_LETTERS,
    confirmOnBlur: false,
    showNoOptionsFound: true,
    displayMenu: "overlay",
    inputClasses: input.className,
    menuAttributes: label ? { "aria-label": label.textContent.trim() } : {},
    source: suggestions(input.dataset.practiceLookup, () => document.activeElement?.id === id, told),
    templates: { inputValue: asText, suggestion: withPlace },
    tNoResults: () => "No practice found. You can still enter the code and continue.",
    tStatusQueryTooShort: (least) => `Type ${least} or more letters to see practices`,
    tAssistiveHint: () =>
      "When practices are listed, use the up and down arrow keys to move and Enter to choose.",
  });

  // The component writes its own aria attributes; the question's hint and error must still be heard.
  const combobox = document.getElementById(id);
  const keep = () => {
    const now = (combobox.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
    const wanted = [...new Set([...described.split(" ").filter(Boolean), ...now])].join(" ");
    if (wanted && combobox.getAttribute("aria-describedby") !== wanted) {
      combobox.setAttribute("aria-describedby", wanted);
    }
  };
  if (invalid) combobox.setAttribute("aria-invalid", invalid);
  keep();
  if (typing) combobox.focus();
  new MutationObserver(keep).observe(combobox, { attributes: true, attributeFilter: ["aria-describedby"] });
}

function asText(practice) {
  if (!practice || typeof practice === "string") return practice || "";
  return `${practice.name} (${practice.code})`;
}

// Two practices of one name are told apart by where they are.
function withPlace(practice) {
  if (!practice || typeof practice === "string") return practice || "";
  const place = [practice.town, practice.postcode].filter(Boolean).join(" ");
  return place ? `${asText(practice)}, ${place}` : asText(practice);
}

// Waits for a pause in the typing, and drops an answer that a later question has overtaken, or that comes when the
// person has gone on: a list would open over what they do next.
function suggestions(url, stillThere, told) {
  let timer;
  let asking;
  return (query, show) => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      try {
        const address = new URL(url, window.location.href);
        address.searchParams.set("q", query);
        const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
        const { practices, more } = answer.ok ? await answer.json() : { practices: [] };
        told.textContent = more ? `${practices.length} practices are shown. Type more to narrow the list.` : "";
        if (stillThere()) show(practices);
      } catch (fault) {
        if (fault.name !== "AbortError" && stillThere()) show([]);
      }
    }, WAIT_MS);
  };
}
