// What a browser remembers. Where storage is forbidden (private windows), nothing is remembered and
// nothing fails.

function kept(storage, name) {
  try {
    return storage()[name] ?? null;
  } catch {
    return null;
  }
}

function keep(storage, name, value) {
  try {
    if (value === null || value === "") storage().removeItem(name);
    else storage().setItem(name, value);
  } catch {
    // Forbidden or full.
  }
}

const lasting = () => window.localStorage;
const ofThisTab = () => window.sessionStorage;

export const recall = (name) => kept(lasting, `byeol.${name}`);
export const remember = (name, value) => keep(lasting, `byeol.${name}`, value);

// The API key lives as long as the tab and never leaves it but in the Authorization header.
export const apiKey = () => kept(ofThisTab, "byeol.key") ?? "";
export const setApiKey = (key) => keep(ofThisTab, "byeol.key", key.trim());
